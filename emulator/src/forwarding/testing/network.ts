import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Answer, Order } from './order.ts';

const run = promisify(execFile);

/** Three network namespaces in a row: a client, the cloud with its VIPs, a node with targets. */
export interface TestNetwork {
  /** The namespace whose kernel forwards. */
  cloud: string;
  vip: string;
  client: string;
  targets: readonly string[];
  tell: (order: Order) => Promise<Answer>;
  /** What the servers said so far. */
  serverLog: string[];
  close: () => Promise<void>;
}

export const targetPort = 8080;
const targets = ['10.99.0.2', '10.99.0.3', '10.99.0.4'];

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
  ];
}

function start(namespace: string, program: string, args: string[] = []): ChildProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const command = ['netns', 'exec', namespace, process.execPath, path, ...args];
  return spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Whether this machine lets a test build network namespaces and fill nftables. */
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

/** Builds the namespaces and starts the programs in them. */
export async function openNetwork(): Promise<TestNetwork> {
  const id = randomBytes(4).toString('hex');
  const names = ['cloud', 'client', 'node'].map((role) => `clb-${id}-${role}`);
  const [cloud = '', client = '', node = ''] = names;
  const children: ChildProcess[] = [];

  async function close(): Promise<void> {
    children.forEach((child) => child.kill());
    await Promise.all(children.map(ended));
    for (const name of names) await run('ip', ['netns', 'del', name]).catch(() => undefined);
  }

  try {
    for (const command of commands(cloud, client, node)) await run('ip', command.split(' '));
    const server = start(
      node,
      './serve.ts',
      targets.map((ip) => `${ip}:${targetPort}`),
    );
    const talker = start(client, './client.ts');
    children.push(server, talker);
    const serverLog: string[] = [];
    const ready = Promise.withResolvers<undefined>();
    createInterface({ input: server.stdout ?? process.stdin }).on('line', (line) => {
      if (line === 'ready') ready.resolve(undefined);
      else serverLog.push(line);
    });
    server.once('exit', () => ready.reject(new Error('the servers did not start')));
    await ready.promise;
    const answers = createInterface({ input: talker.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const tell = async (order: Order) => {
      talker.stdin?.write(`${JSON.stringify(order)}\n`);
      const next = await answers.next();
      return JSON.parse(String(next.value)) as Answer;
    };
    return { cloud, client: '203.0.113.10', vip: '198.51.100.10', targets, tell, serverLog, close };
  } catch (error) {
    await close();
    throw error;
  }
}
