import type { V1Service } from '@kubernetes/client-node';
import type { BackendService } from '../../core/model/related-objects.ts';

/** What is used of a Service that an Ingress sends to. */
export function toBackendService(raw: unknown): BackendService {
  const { spec } = raw as V1Service;
  return {
    type: spec?.type ?? 'ClusterIP',
    selector: spec?.selector ?? {},
    ports: (spec?.ports ?? []).map(({ name = '', protocol = 'TCP', port, targetPort = port }) => {
      return { name, protocol, port, targetPort };
    }),
    publishNotReady: spec?.publishNotReadyAddresses === true,
  };
}
