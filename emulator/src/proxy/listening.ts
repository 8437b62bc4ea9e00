import { createServer, type Server, type Socket } from 'node:net';
import type { Certificate } from '../state/model.ts';
import type { ProxyListener } from './config.ts';
import { connectionKey } from './forward.ts';
import { createHttpServer, createRefusingServer } from './http-server.ts';
import { createKeptConnections } from './kept-connections.ts';
import type { MadeCertificates } from './made-certificates.ts';
import { createSecure, type Secure } from './secure.ts';
import { createStreamServer } from './stream-server.ts';
import type { TakenCount } from './taken.ts';
import { createUpstream, type ProxySettings, type Upstream } from './upstream.ts';

/** One listener at all its VIPs. */
export interface Listening {
  /** Its address and protocol stay what they are. */
  update(listener: ProxyListener): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  settings: ProxySettings;
  taken: TakenCount;
  made: MadeCertificates;
  certificates: () => Readonly<Record<string, Certificate>>;
}

/** Opens a port; the returned function closes it with all its connections. */
async function listen(server: Server, host: string, port: number): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return () => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(() => resolve()));
  };
}

function createUpstreams(settings: ProxySettings, taken: TakenCount) {
  const upstreams = new Map<string, Upstream>();
  return {
    of: (id: string) => upstreams.get(id),
    update({ rules, pool }: ProxyListener): void {
      const pools = [...rules, pool];
      for (const [id, upstream] of upstreams) {
        if (pools.some((one) => one.id === id)) continue;
        upstreams.delete(id);
        upstream.close();
      }
      for (const one of pools) {
        const upstream = upstreams.get(one.id);
        if (upstream) upstream.update(one);
        else upstreams.set(one.id, createUpstream(one, settings, taken));
      }
    },
    close: () => [...upstreams.values()].forEach((upstream) => upstream.close()),
  };
}

const cut = (socket: Socket): void => void socket.destroy();

/** Listens at every VIP of a listener; fails when one of the ports is taken. */
export async function startListening(
  first: ProxyListener,
  { settings, taken, made, certificates }: Options,
): Promise<Listening> {
  let current = first;
  const listener = () => current;
  const upstreams = createUpstreams(settings, taken);
  const kept = createKeptConnections();
  const http = createHttpServer({ listener, upstreamOf: upstreams.of, settings, kept });
  const stream = createStreamServer({
    upstream: () => upstreams.of(current.pool.id),
    sendsProxyProtocol: () => current.sendsProxyProtocol,
  });
  const isStream = first.protocol === 'TCP_SSL';
  const secure: Secure | undefined =
    first.protocol === 'HTTP'
      ? undefined
      : createSecure({
          ...{ listener, certificates, made },
          serve: isStream ? stream.accept : http.accept,
          refuse: isStream ? cut : createRefusingServer().accept,
        });
  const closers: (() => Promise<void>)[] = [];

  async function update(next: ProxyListener): Promise<void> {
    current = next;
    upstreams.update(next);
    const keys = next.keepsAlive ? next.rules.flatMap((rule) => rule.bound.map((key) => connectionKey(rule, key))) : [];
    kept.keepOnly(new Set(keys));
    await secure?.update();
  }
  async function close(): Promise<void> {
    upstreams.close();
    kept.keepOnly(new Set());
    await Promise.all(closers.map((end) => end()));
  }
  try {
    await update(first);
    for (const vip of first.vips) {
      // As Node's own servers: half-open connections are for HTTP only.
      const server = createServer({ noDelay: true, allowHalfOpen: first.protocol === 'HTTP' });
      server.on('connection', secure?.accept ?? http.accept);
      closers.push(await listen(server, vip, first.port));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { update, close };
}
