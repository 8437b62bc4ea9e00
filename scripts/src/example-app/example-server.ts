import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the example behaves; tests lengthen its delays to see what a slow application does to a rollout. */
export interface ExampleOptions {
  readonly pod: string;
  readonly port: number;
  /** How long it stays deaf after its start. */
  readonly startDelayMs: number;
  /** How long it continues to serve after SIGTERM. */
  readonly stopDelayMs: number;
}

export interface ExampleServer {
  readonly port: number;
  /** Serves on for the stop delay, asking clients to reconnect, then ends what is open. */
  stop(): Promise<void>;
}

/** Starts the server that answers every request with one JSON line: which pod answered, and whom it saw. */
export async function startExampleServer(options: ExampleOptions): Promise<ExampleServer> {
  await sleep(options.startDelayMs);
  const startedAt = new Date().toISOString();
  const state = { stopping: false };
  const server = createServer((request, response) => {
    if (state.stopping) response.setHeader('Connection', 'close');
    answer(request, response, { pod: options.pod, startedAt });
  });
  // Without a host: over both families, or IPv4 where the machine has no other.
  server.listen(options.port);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      state.stopping = true;
      await sleep(options.stopDelayMs);
      await closeServer(server);
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, about: { pod: string; startedAt: string }): void {
  const { pod, startedAt } = about;
  const client = request.socket.remoteAddress?.replace('::ffff:', '');
  const line = `${JSON.stringify({ pod, client, path: request.url, startedAt })}\n`;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(line));
  response.end(request.method === 'HEAD' ? undefined : line);
}

/**
 * Accepts no more; requests on open connections are answered, and what is still open a second later is cut.
 *
 * The close of the HTTP server itself would cut idle connections at once, and with them requests that are on their way.
 */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  NetServer.prototype.close.call(server);
  await Promise.race([closed, sleep(1_000, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
}
