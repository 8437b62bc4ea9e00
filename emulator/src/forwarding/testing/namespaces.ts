import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Three network namespaces in a row: a client, the cloud with its VIPs, a node with targets. */
export interface Namespaces {
  /** The namespace whose kernel forwards. */
  cloud: string;
  /** The namespace that traffic comes from. */
  clientSide: string;
  /** The namespace of the targets. */
  node: string;
  vip: string;
  client: string;
  targets: readonly string[];
  /** The same of IPv6. */
  ipv6: { vip: string; client: string; targets: readonly string[] };
  close: () => Promise<void>;
}

const targets = ['10.99.0.2', '10.99.0.3', '10.99.0.4'];
const ipv6 = {
  vip: '2001:db8:51::10',
  client: '2001:db8:113::10',
  targets: ['fd00:99::2', 'fd00:99::3', 'fd00:99::4'],
};

function commands(cloud: string, client: string, node: string): string[] {
  return [
    ...[cloud, client, node].flatMap((name) => [`netns add ${name}`, `-n ${name} link set lo up`]),
    `-n ${cloud} link add outside type veth peer name eth0 netns ${client}`,
    `-n ${cloud} link add inside type veth peer name eth0 netns ${node}`,
    `-n ${cloud} addr add 203.0.113.1/24 dev outside`,
    `-n ${cloud} addr add 10.99.0.1/24 dev inside`,
    `-n ${cloud} link set outside up`,
    `-n ${cloud} link set inside up`,
    `-n ${cloud} route add local 198.51.100.0/24 dev lo`,
    `netns exec ${cloud} sysctl -qw net.ipv4.ip_forward=1`,
    `-n ${client} addr add 203.0.113.10/24 dev eth0`,
    `-n ${client} link set eth0 up`,
    `-n ${client} route add default via 203.0.113.1`,
    ...targets.map((ip) => `-n ${node} addr add ${ip}/24 dev eth0`),
    `-n ${node} link set eth0 up`,
    `-n ${node} route add default via 10.99.0.1`,
    ...ipv6Commands(cloud, client, node),
  ];
}

/** Without the second in which a new address waits for others that have it too. */
const address = (namespace: string, ip: string, device: string) =>
  `-n ${namespace} addr add ${ip}/64 dev ${device} nodad`;

function ipv6Commands(cloud: string, client: string, node: string): string[] {
  return [
    address(cloud, '2001:db8:113::1', 'outside'),
    address(cloud, 'fd00:99::1', 'inside'),
    `-n ${cloud} route add local 2001:db8:51::/64 dev lo`,
    // A local route is not enough to bind an address of IPv6.
    `netns exec ${cloud} sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv6.ip_nonlocal_bind=1`,
    address(client, ipv6.client, 'eth0'),
    `-n ${client} route add default via 2001:db8:113::1`,
    ...ipv6.targets.map((ip) => address(node, ip, 'eth0')),
    `-n ${node} route add default via fd00:99::1`,
  ];
}

/** Whether network namespaces and nftables can be used on this machine. */
export async function canForward(): Promise<boolean> {
  const name = `clb-${randomBytes(4).toString('hex')}`;
  try {
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['netns', 'exec', name, 'nft', 'list', 'tables']);
    await run('ip', ['netns', 'exec', name, 'conntrack', '--version']);
    return true;
  } catch {
    return false;
  } finally {
    await run('ip', ['netns', 'del', name]).catch(() => undefined);
  }
}

/** Builds the namespaces; programs in them are their caller's affair. */
export async function openNamespaces(): Promise<Namespaces> {
  const id = randomBytes(4).toString('hex');
  const names = ['cloud', 'client', 'node'].map((role) => `clb-${id}-${role}`);
  const [cloud = '', clientSide = '', node = ''] = names;
  async function close(): Promise<void> {
    for (const name of names) await run('ip', ['netns', 'del', name]).catch(() => undefined);
  }
  try {
    const lines = commands(cloud, clientSide, node).map((command) => `ip ${command}`);
    await run('sh', ['-c', lines.join(' && ')]);
    return { cloud, clientSide, node, client: '203.0.113.10', vip: '198.51.100.10', targets, ipv6, close };
  } catch (error) {
    await close();
    throw error;
  }
}
