import { mostKept } from '../bounds.ts';
import type { SliceFacts } from '../../core/model/related-objects.ts';
import type { V1EndpointSlice } from '@kubernetes/client-node';

/** The Service whose endpoints a slice lists. */
const serviceLabel = 'kubernetes.io/service-name';

/** Undefined: a slice of no Service. */
export function toSliceFacts(raw: unknown): SliceFacts | undefined {
  const { metadata, addressType, ports, endpoints } = raw as Partial<V1EndpointSlice>;
  const service = metadata?.labels?.[serviceLabel];
  if (service === undefined || metadata?.namespace === undefined) return undefined;
  return {
    service: `${metadata.namespace}/${service}`,
    hasIps: addressType === 'IPv4' || addressType === 'IPv6',
    ports: (ports ?? [])
      .slice(0, mostKept.ports)
      .flatMap(({ name, protocol, port }) =>
        port === undefined ? [] : [{ name: name ?? '', protocol: protocol ?? 'TCP', port }],
      ),
    endpoints: (endpoints ?? []).map(({ addresses, conditions, nodeName }) => ({
      addresses: addresses.slice(0, 1),
      ready: conditions?.ready,
      terminating: conditions?.terminating,
      ...(nodeName === undefined ? {} : { nodeName }),
    })),
  };
}
