import type { Server, Socket } from 'node:net';
import type { Certificate } from '../state/model.ts';
import type { ProxyListener } from './config.ts';
import { createHttpServer } from './http-server.ts';
import type { MadeCertificates } from './made-certificates.ts';
import { createSecure } from './secure.ts';
import { createStreamServer } from './stream-server.ts';
import { createTargetAgents } from './target-agent.ts';
import { createUpstream, type ProxySettings, type Upstream } from './upstream.ts';

/** One listener at all its VIPs. */
export interface Listening {
  update(listener: ProxyListener): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  settings: ProxySettings;
  made: MadeCertificates;
  certificates: () => Readonly<Record<string, Certificate>>;
}

/** What cannot be changed while a listener listens. */
export function shapeOf({ protocol, port, vips, http2, certificate, rules }: ProxyListener): string {
  const uses = [certificate, ...rules.map((rule) => rule.certificate)];
  return JSON.stringify([protocol, port, vips, http2, uses.map((use) => [use?.sslMode, use?.verifyClient])]);
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

function createUpstreams(settings: ProxySettings) {
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
        else upstreams.set(one.id, createUpstream(one, settings));
      }
    },
    close: () => [...upstreams.values()].forEach((upstream) => upstream.close()),
  };
}

/** Listens at every VIP of a listener; fails when one of the ports is taken. */
export async function startListening(
  first: ProxyListener,
  { settings, made, certificates }: Options,
): Promise<Listening> {
  let current = first;
  const upstreams = createUpstreams(settings);
  const agents = createTargetAgents(() => current.keepsAlive);
  const secure = createSecure({ listener: () => current, certificates, made });
  const pool = () => upstreams.of(current.pool.id);
  const sendsProxyProtocol = () => current.sendsProxyProtocol;
  const http = { listener: () => current, upstreamOf: upstreams.of, secure, settings, agents };
  const servers = first.vips.map(() =>
    first.protocol === 'TCP_SSL' ? createStreamServer({ secure, pool, sendsProxyProtocol }) : createHttpServer(http),
  );
  const closers: (() => Promise<void>)[] = [];

  async function update(next: ProxyListener): Promise<void> {
    current = next;
    upstreams.update(next);
    agents.keepOnly(new Set(next.rules.flatMap(({ bound }) => bound)));
    if (next.protocol !== 'HTTP') await Promise.all(servers.map(secure.setDefault));
  }
  async function close(): Promise<void> {
    upstreams.close();
    agents.keepOnly(new Set());
    await Promise.all(closers.map((end) => end()));
  }
  try {
    await update(first);
    for (const [index, server] of servers.entries()) {
      closers.push(await listen(server, first.vips[index] ?? '', first.port));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { update, close };
}
