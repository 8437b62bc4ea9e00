import { isDeepStrictEqual } from 'node:util';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { Credentials } from './credentials.ts';

/** Connections to the API server of one kind of use, replaced when its CA or our client certificate changed. */
export interface ConnectionPool {
  for(credentials: Credentials): Dispatcher;
  /** Cuts everything that is still open. */
  close(): Promise<void>;
}

const connectLimitMs = 10_000;

/**
 * HTTP/1.1: a request that hangs or a connection that died takes nothing else with it, and an abort closes its socket.
 * The API server keeps idle connections for 90 s, so ours are given up long before.
 */
const poolOptions = { allowH2: false, keepAliveTimeout: 30_000, connectTimeout: connectLimitMs };

/** So many calls run at once, and others wait for them. */
export const mostCalls = 256;

/** `connections`: at most so many. A watch keeps one for minutes, so that watches have a pool without a bound. */
export function createConnectionPool(connections: number | null): ConnectionPool {
  let identity: unknown;
  let current: Dispatcher | undefined;
  const open = new Set<Dispatcher>();

  function replace(credentials: Credentials): Dispatcher {
    const old = current;
    const made = createDispatcher(credentials, connections);
    open.add(made);
    if (old !== undefined) void retire(old);
    return made;
  }

  /** Running requests and watches end in their own time; they were accepted under the old identity. */
  async function retire(dispatcher: Dispatcher): Promise<void> {
    await dispatcher.close().catch(() => undefined);
    open.delete(dispatcher);
  }

  return {
    for: (credentials) => {
      const wanted = [credentials.tls, credentials.proxyUrl, credentials.server.origin];
      if (current === undefined || !isDeepStrictEqual(wanted, identity)) current = replace(credentials);
      identity = wanted;
      return current;
    },
    close: async () => {
      await Promise.all([...open].map((dispatcher) => dispatcher.destroy().catch(() => undefined)));
    },
  };
}

function createDispatcher({ tls, proxyUrl }: Credentials, connections: number | null): Dispatcher {
  const options = { ...poolOptions, connections };
  const socket = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: connectLimitMs };
  if (proxyUrl === undefined) return new Agent({ ...options, connect: { ...tls, ...socket } });
  if (!/^https?:/.test(proxyUrl)) throw new Error(`the kubeconfig's proxy-url ${proxyUrl} is not http:// or https://`);
  return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: { ...tls, ...socket } });
}
