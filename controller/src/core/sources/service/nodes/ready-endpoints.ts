import { familyOf, type AddressFamily } from '../../../model/address-family.ts';
import type { SliceEndpoint, SliceFacts } from '../../../model/related-objects.ts';
import type { ServicePort } from '../service-facts.ts';

/** How many ready endpoints of one port a node has. */
export type CountOf = (node: string, family: AddressFamily) => number;

/** The name of the port is what joins them, as for kube-proxy. */
export function readyEndpoints({ name, protocol }: ServicePort, slices: readonly SliceFacts[]): CountOf {
  const ofPort = slices.filter(
    ({ hasIps, ports }) => hasIps && ports.some((one) => one.name === name && one.protocol === protocol),
  );
  const ready = ofPort.flatMap(({ endpoints }) => endpoints).filter(isReady);
  const ips = Map.groupBy(ready, ({ nodeName = '' }) => nodeName);
  return (node, family) => {
    const addresses = (ips.get(node) ?? []).flatMap((endpoint) => endpoint.addresses.slice(0, 1));
    return new Set(addresses.filter((ip) => familyOf(ip) === family)).size;
  };
}

/** Conditions that nobody set count as the API says. What ends takes no new connections while another can. */
function isReady({ nodeName, ready = true, terminating = false }: SliceEndpoint): boolean {
  return nodeName !== undefined && ready && !terminating;
}
