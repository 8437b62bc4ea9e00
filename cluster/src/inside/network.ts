import { addresses, type ClusterNode } from '../addresses.ts';
import { run } from '../machine/run.ts';
import type { ClusterRequest } from '../spec.ts';
import { ipv6Lines, ipv6Sysctls } from './ipv6-network.ts';
import { inNamespace } from './namespaces.ts';

/** What `ip -batch` has to do in one namespace, in order; the empty name is the first node's. */
interface NamespacePlan {
  namespace: string;
  lines: string[];
}

/**
 * The nodes and the cloud are wired to a switch, and the internet to the cloud. The switch has a namespace of its own,
 * so that no node's rules see what the others send each other.
 */
export function networkPlan(count: 1 | 2, dualStack = false): NamespacePlan[] {
  const nodes = addresses.nodes.slice(0, count);
  const beside = nodes.map(({ namespace }) => namespace).filter((name) => name !== '');
  const plan = [
    { namespace: '', lines: ['vpc', 'cloud', 'client', ...beside].map((name) => `netns add ${name}`) },
    { namespace: 'vpc', lines: vpcLines(nodes) },
    ...nodes.map((node) => ({ namespace: node.namespace, lines: nodeLines(node, nodes) })),
    { namespace: 'cloud', lines: cloudLines(nodes) },
    { namespace: 'client', lines: clientLines() },
  ];
  return dualStack ? [...plan, ...ipv6Plan(nodes)] : plan;
}

function ipv6Plan(nodes: readonly ClusterNode[]): NamespacePlan[] {
  const namespaces = [...nodes.map(({ namespace }) => namespace), 'cloud', 'client'];
  return namespaces.map((namespace) => ({ namespace, lines: ipv6Lines(namespace, nodes) }));
}

function vpcLines(nodes: readonly ClusterNode[]): string[] {
  // The first node's namespace has no name: it is that of the cluster's first process.
  const wires = nodes.map(({ name, namespace }) => [name, `eth0 netns ${namespace === '' ? '1' : namespace}`] as const);
  return [
    'link add vpc0 type bridge',
    'link set vpc0 up',
    ...[...wires, ['cloud', 'vpc netns cloud'] as const].flatMap(([port, peer]) => [
      `link add ${port} type veth peer name ${peer}`,
      `link set ${port} master vpc0 up`,
    ]),
  ];
}

function nodeLines({ ip }: ClusterNode, nodes: readonly ClusterNode[]): string[] {
  const { vpcPrefixLength, cloud, vips, internet, probes } = addresses;
  const beyond = [vips, internet, probes.documented, 'default'];
  return [
    'link set lo up',
    `addr add ${ip}/${vpcPrefixLength} dev eth0`,
    'link set eth0 up',
    ...podRoutes(nodes.filter((node) => node.ip !== ip)),
    ...beyond.map((range) => `route add ${range} via ${cloud.vpc} dev eth0`),
  ];
}

function podRoutes(nodes: readonly ClusterNode[]): string[] {
  return nodes.map(({ ip, podSubnet }) => `route add ${podSubnet} via ${ip}`);
}

function cloudLines(nodes: readonly ClusterNode[]): string[] {
  const { cloud, vpcPrefixLength, vips, probes } = addresses;
  return [
    'link set lo up',
    `addr add ${cloud.vpc}/${vpcPrefixLength} dev vpc`,
    'link set vpc up',
    'link add internet type veth peer name eth0 netns client',
    `addr add ${cloud.internet}/24 dev internet`,
    'link set internet up',
    ...podRoutes(nodes),
    // A local route lets a program bind any address of the range, and answers for all of them.
    `route add local ${vips} dev lo`,
    `route add local ${probes.bound} dev lo`,
  ];
}

function clientLines(): string[] {
  return [
    'link set lo up',
    ...[addresses.client, ...addresses.moreClients].map((address) => `addr add ${address}/24 dev eth0`),
    'link set eth0 up',
    `route add default via ${addresses.cloud.internet}`,
  ];
}

// Packets of one connection may come and go by different devices (pod, VPC, probe range): only loose checks let them.
const sysctls = [
  ['ipv4/ip_forward', '1'],
  ['ipv4/conf/all/rp_filter', '2'],
  ['ipv4/conf/default/rp_filter', '2'],
] as const;

type Sysctls = readonly (readonly [name: string, value: string])[];

/** Builds the namespaces and the wires between them. */
export async function setUpNetwork(
  { nodes, dualStack }: Pick<ClusterRequest, 'nodes' | 'dualStack'>,
  signal: AbortSignal,
): Promise<void> {
  const settings = [...sysctls, ...(dualStack ? ipv6Sysctls : [])];
  for (const { namespace, lines } of networkPlan(nodes, dualStack)) {
    const batch = inNamespace(namespace, ['ip', '-batch', '-']);
    await run(batch, { signal, input: `${lines.join('\n')}\n` });
    await setSysctls(namespace, settings, signal);
  }
}

async function setSysctls(namespace: string, settings: Sysctls, signal: AbortSignal): Promise<void> {
  const script = settings.map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`).join(' && ');
  await run(inNamespace(namespace, ['sh', '-c', script]), { signal });
}
