import { familyOf, type AddressFamily } from '../../../model/address-family.ts';
import type { SliceEndpoint, SliceFacts } from '../../../model/related-objects.ts';
import type { ServicePort } from '../service-facts.ts';

/** How many ready endpoints of one port a node has. */
export type CountOf = (node: string, family: AddressFamily) => number;

type Port = Pick<ServicePort, 'name' | 'protocol'>;

/** Addresses by node. */
type ByNode = ReadonlyMap<string, readonly string[]>;

/** The slices are gone through once, however many ports there are. Ports in the same slices have the same counts. */
export function readyEndpoints(slices: readonly SliceFacts[]): (port: Port) => CountOf {
  const listing = new Map<string, number[]>();
  for (const [at, { hasIps, ports }] of slices.entries()) {
    const keys = new Set(hasIps ? ports.map(keyOf) : []);
    for (const key of keys) {
      const positions = listing.get(key) ?? [];
      positions.push(at);
      listing.set(key, positions);
    }
  }
  const ips = slices.map(readyIn);
  const known = new Map<string, CountOf>();
  return (port) => {
    const positions = listing.get(keyOf(port)) ?? [];
    const counts = known.get(positions.join()) ?? countsIn(positions.flatMap((at) => ips[at] ?? []));
    known.set(positions.join(), counts);
    return counts;
  };
}

/** The name of the port is what joins them, as for kube-proxy. */
function keyOf({ name, protocol }: Port): string {
  return `${protocol}/${name}`;
}

function readyIn({ endpoints }: SliceFacts): ByNode {
  const byNode = Map.groupBy(endpoints.filter(isReady), ({ nodeName = '' }) => nodeName);
  return new Map([...byNode].map(([node, some]) => [node, some.flatMap(({ addresses }) => addresses.slice(0, 1))]));
}

function countsIn(lists: readonly ByNode[]): CountOf {
  return (node, family) => {
    const addresses = lists.flatMap((list) => list.get(node) ?? []);
    return new Set(addresses.filter((ip) => familyOf(ip) === family)).size;
  };
}

/** Conditions that nobody set count as the API says. What ends takes no new connections while another can. */
function isReady({ nodeName, ready = true, terminating = false }: SliceEndpoint): boolean {
  return nodeName !== undefined && ready && !terminating;
}
