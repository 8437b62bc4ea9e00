import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoundTarget, Place } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import { parseNewConnection, type NewConnection } from './new-connections.ts';
import { entrancesOf } from './route.ts';

interface Options {
  store: Store;
  /** Called for each new connection. */
  connected: (at: BoundTarget) => void;
  report: (problem: string) => void;
  signal: AbortSignal;
  /** The network namespace to listen in; undefined: this one. */
  within?: string;
}

/** After the listening program ended by itself, how long until it is started again. */
const retryMs = 1000;
/** The kernel forgets events when more of them wait; a burst of some ten thousand connections fits. */
const bufferBytes = 8 * 1024 * 1024;

/** Finds the target of a connection; undefined when no listener accepted it, or its target is gone. */
function createFinder(store: Store): (connection: NewConnection) => BoundTarget | undefined {
  const known = new Map<string, Place | undefined>();
  store.watch(({ kind }) => {
    if (kind === 'listener' || kind === 'load-balancer') known.clear();
  });

  function find({ protocol, vip, port }: NewConnection): Place | undefined {
    for (const loadBalancer of store.loadBalancers.values()) {
      const listener = loadBalancer.listeners.find((one) =>
        entrancesOf(loadBalancer, one).some(
          (entrance) =>
            entrance.protocol === protocol &&
            entrance.vip === vip &&
            port >= entrance.port &&
            port <= Math.max(entrance.port, entrance.endPort),
        ),
      );
      if (listener) return { loadBalancer, listener };
    }
    return undefined;
  }

  return (connection) => {
    const key = `${connection.protocol} ${connection.vip} ${connection.port}`;
    const at = known.get(key) ?? find(connection);
    known.set(key, at);
    const { ip, port } = connection.target;
    // A listener of a range of ports sends to the port that the client asked for.
    const target = at?.listener.targets.find((one) => one.ip === ip && (at.listener.endPort > 0 || one.port === port));
    return at && target && { ...at, target };
  };
}

/** Listens until the program ends, which it does with the signal. */
function listen({ within, signal, report }: Options, onLine: (line: string) => void): Promise<void> {
  const command = ['conntrack', '-E', '-e', 'NEW', '-b', String(bufferBytes)];
  const [program = '', ...args] = within === undefined ? command : ['ip', 'netns', 'exec', within, ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  createInterface({ input: child.stdout }).on('line', onLine);
  let isReported = false;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (isReported || !line.includes('ENOBUFS')) return;
    isReported = true;
    report('new connections come faster than they can be counted: from now on some are left out');
  });
  return new Promise<void>((resolve) => {
    child.once('error', (error) => {
      report(`counting new connections: ${error.message}`);
      resolve();
    });
    child.once('close', () => resolve());
  }).finally(() => signal.removeEventListener('abort', end));
}

/** Counts the new connections of L4 listeners by target, from the kernel's events; resolves after the signal. */
export async function countNewConnections(options: Options): Promise<void> {
  const { store, connected, signal } = options;
  const find = createFinder(store);
  while (!signal.aborted) {
    await listen(options, (line) => {
      const connection = parseNewConnection(line);
      const at = connection && find(connection);
      if (at) connected(at);
    });
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
