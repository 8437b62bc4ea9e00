import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openNamespaces, type Namespaces } from './namespaces.ts';
import type { Answer, Command } from './command.ts';

/** A client, the cloud with its VIPs, and a node with targets that answer. */
export interface TestNetwork {
  /** The namespace whose kernel forwards. */
  cloud: string;
  vip: string;
  client: string;
  targets: readonly string[];
  /** The same of IPv6. */
  ipv6: Namespaces['ipv6'];
  run: (command: Command) => Promise<Answer>;
  /** What the servers said so far. */
  serverLog: string[];
  close: () => Promise<void>;
}

export const targetPort = 8080;

function start(namespace: string, program: string, args: string[] = []): ChildProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const command = ['netns', 'exec', namespace, process.execPath, path, ...args];
  return spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Builds the namespaces and starts the programs in them. */
export async function openNetwork(): Promise<TestNetwork> {
  const namespaces = await openNamespaces();
  const { cloud, client, vip, targets, ipv6 } = namespaces;
  const children: ChildProcess[] = [];

  async function close(): Promise<void> {
    children.forEach((child) => child.kill());
    await Promise.all(children.map(ended));
    await namespaces.close();
  }

  try {
    const server = start(
      namespaces.node,
      './serve.ts',
      [...targets, ...ipv6.targets].map((ip) => `${ip} ${targetPort}`),
    );
    const talker = start(namespaces.clientSide, './client.ts');
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
    const run = async (command: Command) => {
      talker.stdin?.write(`${JSON.stringify(command)}\n`);
      const next = await answers.next();
      return JSON.parse(String(next.value)) as Answer;
    };
    return { cloud, client, vip, targets, ipv6, run, serverLog, close };
  } catch (error) {
    await close();
    throw error;
  }
}
