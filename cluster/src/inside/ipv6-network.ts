import { addresses, type ClusterNode } from '../addresses.ts';

const { cloud, client, vips, internet } = addresses.ipv6;

/** What `ip -batch` has to do for IPv6 in a namespace, after the wires are there. */
export function ipv6Lines(namespace: string, nodes: readonly ClusterNode[]): string[] {
  if (namespace === 'cloud') return cloudLines(nodes);
  if (namespace === 'client') return [address(client, 'eth0'), `route add default via ${cloud.internet}`];
  return nodes.filter((node) => node.namespace === namespace).flatMap((node) => nodeLines(node, nodes));
}

/** Usable at once: else a new address waits a second for others that have it too. */
function address(ip: string, device: string): string {
  return `addr add ${ip}/64 dev ${device} nodad`;
}

function nodeLines({ name, ipv6 }: ClusterNode, nodes: readonly ClusterNode[]): string[] {
  return [
    address(ipv6.ip, 'eth0'),
    ...podRoutes(nodes.filter((node) => node.name !== name)),
    ...[vips, internet, 'default'].map((range) => `route add ${range} via ${cloud.vpc} dev eth0`),
  ];
}

function podRoutes(nodes: readonly ClusterNode[]): string[] {
  return nodes.map(({ ipv6 }) => `route add ${ipv6.podSubnet} via ${ipv6.ip}`);
}

function cloudLines(nodes: readonly ClusterNode[]): string[] {
  return [
    address(cloud.vpc, 'vpc'),
    address(cloud.internet, 'internet'),
    ...podRoutes(nodes),
    `route add local ${vips} dev lo`,
  ];
}

// Unlike that of IPv4, a local route of IPv6 does not let programs bind the addresses of its range.
export const ipv6Sysctls = [
  ['ipv6/conf/all/forwarding', '1'],
  ['ipv6/conf/default/accept_dad', '0'],
  ['ipv6/ip_nonlocal_bind', '1'],
] as const;
