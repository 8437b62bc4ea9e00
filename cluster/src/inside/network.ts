import { addresses } from '../addresses.ts';
import { run } from '../machine/run.ts';

/** The namespaces beside the node's own: the cloud with its balancer, and the internet. */
const outsideNamespaces = ['cloud', 'client'] as const;

/** What `ip -batch` has to do in each namespace, in order; the empty name is the node's own. */
export function networkPlan(nodes: 1 | 2): { namespace: string; lines: string[] }[] {
  return [
    { namespace: '', lines: nodeLines(nodes) },
    { namespace: 'cloud', lines: cloudLines() },
    { namespace: 'client', lines: clientLines() },
  ];
}

function nodeLines(nodes: 1 | 2): string[] {
  const { bridge, vpcPrefixLength, cloud, vips, internet, probes } = addresses;
  const own = addresses.nodes.slice(0, nodes);
  const beyond = [vips, internet, probes.documented, 'default'];
  return [
    'link set lo up',
    `link add ${bridge} type bridge`,
    ...own.map((node) => `addr add ${node.ip}/${vpcPrefixLength} dev ${bridge}`),
    `link set ${bridge} up`,
    ...outsideNamespaces.map((name) => `netns add ${name}`),
    'link add cloud0 type veth peer name vpc netns cloud',
    `link set cloud0 master ${bridge} up`,
    ...beyond.map((range) => `route add ${range} via ${cloud.vpc} dev ${bridge}`),
  ];
}

function cloudLines(): string[] {
  const { cloud, vpcPrefixLength, pods, vips, probes } = addresses;
  return [
    'link set lo up',
    `addr add ${cloud.vpc}/${vpcPrefixLength} dev vpc`,
    'link set vpc up',
    'link add internet type veth peer name eth0 netns client',
    `addr add ${cloud.internet}/24 dev internet`,
    'link set internet up',
    `route add ${pods} via ${addresses.nodes[0].ip}`,
    // A local route lets a program bind any address of the range, and answers for all of them.
    `route add local ${vips} dev lo`,
    `route add local ${probes.bound} dev lo`,
  ];
}

function clientLines(): string[] {
  return [
    'link set lo up',
    `addr add ${addresses.client}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${addresses.cloud.internet}`,
  ];
}

// Packets of one connection may come and go by different devices (pod, VPC, probe range): only loose checks let them.
const sysctls = [
  ['ip_forward', '1'],
  ['conf/all/rp_filter', '2'],
  ['conf/default/rp_filter', '2'],
] as const;

/** Builds the three namespaces and the wires between them. */
export async function setUpNetwork(nodes: 1 | 2, signal: AbortSignal): Promise<void> {
  for (const { namespace, lines } of networkPlan(nodes)) {
    const where = namespace === '' ? [] : ['-n', namespace];
    await run(['ip', ...where, '-batch', '-'], { signal, input: `${lines.join('\n')}\n` });
    await setSysctls(namespace, signal);
  }
}

async function setSysctls(namespace: string, signal: AbortSignal): Promise<void> {
  const script = sysctls.map(([name, value]) => `echo ${value} > /proc/sys/net/ipv4/${name}`).join(' && ');
  const enter = namespace === '' ? [] : ['nsenter', `--net=/run/netns/${namespace}`];
  await run([...enter, 'sh', '-c', script], { signal });
}
