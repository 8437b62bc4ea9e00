import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { withDeadline } from './deadline.ts';

/** Problems in words; an empty list means that all is well. */
export type Probe = () => readonly string[] | Promise<readonly string[]>;

export interface OpsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly live: Probe;
  readonly ready: Probe;
  /**
   * Readiness falls when it aborts. Without it `ready` alone decides: a program may have to be called while it stops.
   */
  readonly signal?: AbortSignal;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

const probeLimitMs = 5_000;

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/**
 * Serves /livez, /readyz and /metrics on a port of their own. It goes on while the program stops, so that readiness can
 * be seen to fall; its owner closes it last.
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const server = createServer((request, response) => void answer(request, response, options));
  server.requestTimeout = 10_000;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: OpsServerOptions): Promise<void> {
  const { status, type, text } = await pageFor(request, options).catch(brokenProbe);
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function pageFor({ method, url = '' }: IncomingMessage, options: OpsServerOptions): Promise<Page> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'use GET');
  switch (url.split('?', 1)[0]) {
    case '/livez':
      return verdict(await probed(options.live));
    case '/readyz':
      return verdict(options.signal?.aborted === true ? ['stopping'] : await probed(options.ready));
    case '/metrics':
      return { status: 200, type: options.registry.contentType, text: await options.registry.metrics() };
    default:
      return plain(404, 'there are /livez, /readyz and /metrics');
  }
}

/** A check that hangs is reported as a problem, so that the probe is answered. */
async function probed(probe: Probe): Promise<readonly string[]> {
  return await withDeadline({ ms: probeLimitMs }, async () => await probe());
}

function verdict(problems: readonly string[]): Page {
  return problems.length === 0 ? plain(200, 'ok') : plain(503, problems.join('\n'));
}

function plain(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

function brokenProbe(error: unknown): Page {
  return plain(500, `the probe itself failed: ${error instanceof Error ? error.message : String(error)}`);
}
