import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { BodyLimits } from './body-room.ts';
import { boundConnections, type RoomLimits } from './connection-room.ts';
import { refusal, type Refusal } from './refusal.ts';
import { createReviewDesk, type ReviewDesk, type ReviewDeskOptions } from './review-desk.ts';

/** Where the API server posts its reviews. */
export const podGatePath = '/mutate-pods';
// Written once: every request is compared with it.
const podGatePathWithQuery = `${podGatePath}?`;

/** The pair that is served, PEM. */
export interface ServedPair {
  readonly chain: string;
  readonly leafKey: string;
}

/** The HTTPS endpoint that the API server calls. */
export interface PodGateServer {
  readonly port: number;
  /** New connections get the new pair, open ones live on. */
  swapPair(pair: ServedPair): void;
  /** Every answer from now on asks the API server to connect anew, to another replica. */
  startDraining(): void;
  /** How long ago the last request came, in milliseconds; Infinity = none ever did. */
  quietMs(): number;
  close(): Promise<void>;
}

export interface PodGateServerOptions extends Omit<ReviewDeskOptions, 'room' | 'limits'> {
  readonly host: string;
  readonly port: number;
  readonly pair: ServedPair;
  /** A TLS handshake failed; a code like ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE says that the client refused our certificate. */
  onRefusedHandshake?(code: string): void;
  readonly limits?: Partial<EndpointLimits>;
}

/**
 * What one endpoint spends on its clients, whoever they are. `silenceMs` is also for one request to arrive in, and
 * `lookEveryMs` how often it looks for those that did not.
 */
export interface EndpointLimits extends BodyLimits, RoomLimits {
  readonly handshakeMs: number;
}

const defaultLimits: EndpointLimits = {
  // An API server keeps 25 idle connections to a webhook and opens more in a burst; each costs some 50 kB here.
  connections: 1_024,
  handshakeMs: 10_000,
  // The API server keeps idle connections for 90 s, does not repeat a POST that met a closing one, waits 30 s at most for its
  // answer, and may dial a connection that it first uses much later. To Node such a one is a request whose headers are late.
  silenceMs: 120_000,
  lookEveryMs: 5_000,
  // Two objects of at most 3 MB each, and their envelope.
  bodyBytes: 7 * 1024 * 1024,
  bytesInFlight: 32 * 1024 * 1024,
};

/** Listens. The host is an explicit address: for `localhost` Fastify would make a second server that no swap reaches. */
export async function startPodGateServer(o: PodGateServerOptions): Promise<PodGateServer> {
  const limits = { ...defaultLimits, ...o.limits };
  const server = createServer(optionsOf(o.pair, limits));
  // The room ends silent connections.
  server.keepAliveTimeout = 0;
  const room = boundConnections(server, limits);
  const desk = createReviewDesk({ ...o, room, limits });
  const app = frame(server, desk);
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => o.onRefusedHandshake?.(error.code ?? 'unknown'));
  await app.listen({ host: o.host, port: o.port });
  return {
    port: (server.address() as AddressInfo).port,
    swapPair: (pair) => server.setSecureContext(contextOf(pair)),
    startDraining: () => desk.startDraining(),
    quietMs: () => desk.quietMs(),
    async close() {
      desk.startDraining();
      const timer = setTimeout(() => room.closeAll(), closeGraceMs);
      await app.close();
      clearTimeout(timer);
    },
  };
}

// Answers take no time, so what is open after the grace is a request that still arrives; Node would wait for it for ever.
const closeGraceMs = 1_000;

/** Reviews go to the desk; everything else goes through Fastify, which has no route and refuses it. */
function frame(server: Server, desk: ReviewDesk): FastifyInstance<Server> {
  const app = Fastify({
    return503OnClosing: false,
    logger: false,
    serverFactory: (others: RequestListener) =>
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        if (isReview(request)) desk.receive(request, response);
        else others(request, response);
      }),
  });
  app.removeAllContentTypeParsers();
  app.setNotFoundHandler((request, reply) => {
    desk.refuse(reply.hijack().raw, wrongTarget(request));
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const { statusCode = 500, message } = error;
    const fault = statusCode < 500 ? refusal(statusCode, message) : error;
    desk.refuse(reply.hijack().raw, request.is404 ? wrongTarget(request) : fault);
  });
  return app;
}

function isReview({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && (url === podGatePath || url.startsWith(podGatePathWithQuery));
}

function wrongTarget({ url }: FastifyRequest): Refusal {
  const [path] = url.split('?');
  if (path === podGatePath) return refusal(405, 'Send a POST.');
  return refusal(404, `Nothing is here; reviews go to ${podGatePath}.`);
}

function optionsOf(pair: ServedPair, limits: EndpointLimits): ServerOptions {
  return {
    ...contextOf(pair),
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.silenceMs,
    requestTimeout: limits.silenceMs,
    connectionsCheckingInterval: limits.lookEveryMs,
  };
}

// setSecureContext forgets every option that it is not given again, so this is the only place that names them.
function contextOf(pair: ServedPair): SecureContextOptions {
  return { cert: pair.chain, key: pair.leafKey, minVersion: 'TLSv1.3' };
}
