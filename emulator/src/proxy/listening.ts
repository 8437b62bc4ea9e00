import { createServer, type Server, type Socket } from 'node:net';
import { toNumber } from '../state/ipv4-ranges.ts';
import type { Certificate } from '../state/model.ts';
import type { ProxyListener } from './config.ts';
import { connectionKey } from './forward.ts';
import { createHttpServer, createRefusingServer } from './http-server.ts';
import { createKeptConnections, type KeptConnections } from './kept-connections.ts';
import type { MadeCertificates } from './made-certificates.ts';
import { createSecure } from './secure.ts';
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

/** The cloud drops the packets of others without an answer; a program can only refuse the connection. */
function isLetIn({ clients }: ProxyListener, { remoteAddress = '' }: Socket): boolean {
  if (clients === null) return true;
  const client = toNumber(remoteAddress);
  return clients.some(({ first, last }) => first <= client && client <= last);
}

const cut = (socket: Socket): void => void socket.destroy();

interface Entering extends Options {
  listener: () => ProxyListener;
  upstreamOf: (id: string) => Upstream | undefined;
  kept: KeptConnections;
}

/** What takes the connections of a listener; its protocol stays. */
function createEntrance({ listener, upstreamOf, kept, settings, made, certificates }: Entering) {
  const { protocol } = listener();
  const http = createHttpServer({ listener, upstreamOf, settings, kept });
  if (protocol === 'HTTP') return { accept: http.accept, update: () => Promise.resolve() };
  const stream = createStreamServer({
    upstream: () => upstreamOf(listener().pool.id),
    sendsProxyProtocol: () => listener().sendsProxyProtocol,
  });
  const isStream = protocol === 'TCP_SSL';
  const secure = createSecure({
    ...{ listener, certificates, made },
    serve: isStream ? stream.accept : http.accept,
    refuse: isStream ? cut : createRefusingServer().accept,
  });
  return {
    accept(socket: Socket): void {
      // SslCloseSwitch leaves a TCP_SSL listener without a certificate.
      if (isStream && listener().certificate === null) stream.accept(socket.on('error', () => socket.destroy()));
      else secure.accept(socket);
    },
    update: () => secure.update(),
  };
}

/** Listens at every VIP of a listener; fails when one of the ports is taken. */
export async function startListening(first: ProxyListener, options: Options): Promise<Listening> {
  let current = first;
  const upstreams = createUpstreams(options.settings, options.taken);
  const kept = createKeptConnections();
  const entrance = createEntrance({ ...options, listener: () => current, upstreamOf: upstreams.of, kept });
  const closers: (() => Promise<void>)[] = [];

  async function update(next: ProxyListener): Promise<void> {
    current = next;
    upstreams.update(next);
    const keys = next.keepsAlive ? next.rules.flatMap((rule) => rule.bound.map((key) => connectionKey(rule, key))) : [];
    kept.keepOnly(new Set(keys));
    await entrance.update();
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
      server.on('connection', (socket) => {
        if (isLetIn(current, socket)) entrance.accept(socket);
        else socket.resetAndDestroy();
      });
      closers.push(await listen(server, vip, first.port));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { update, close };
}
