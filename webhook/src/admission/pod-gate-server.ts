import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AdmissionMetrics } from './admission-metrics.ts';
import { answerFailure, prepareAnswers, type AnswerReview, type ReviewAnswer } from './answer-review.ts';
import { bodyProblem, createBodyRoom, type BodyLimits } from './body-room.ts';
import { boundConnections, type ConnectionRoom } from './connection-room.ts';
import type { GateRule } from './gate-decision.ts';
import { parseBody } from './parse-body.ts';

/** Where the API server posts its reviews. */
export const podGatePath = '/mutate-pods';

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

export interface PodGateServerOptions {
  readonly host: string;
  readonly port: number;
  readonly pair: ServedPair;
  readonly rule: GateRule;
  /** Undefined = not known yet: then the API server is asked to come again. */
  eniDefault(): EniDefault | undefined;
  readonly metrics: AdmissionMetrics;
  /** A TLS handshake failed; a code like ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE says that the client refused our certificate. */
  onRefusedHandshake?(code: string): void;
  readonly limits?: Partial<EndpointLimits>;
  readonly log: Log;
}

/** What one endpoint spends on its clients, whoever they are. */
export interface EndpointLimits extends BodyLimits {
  readonly connections: number;
  readonly handshakeMs: number;
  /** For one request to arrive in, and how long a connection may be silent. */
  readonly silenceMs: number;
  /** How often it looks for requests that did not arrive in time. */
  readonly lookEveryMs: number;
}

const defaultLimits: EndpointLimits = {
  // An API server keeps 25 idle connections to a webhook and opens more in a burst; each costs some 50 kB here.
  connections: 1_024,
  handshakeMs: 10_000,
  // The API server keeps idle connections for 90 s, does not repeat a POST that met a closing one, and may dial a connection
  // that it first uses much later. To Node such a one is a request whose headers are late, so no limit may be under 90 s.
  silenceMs: 120_000,
  lookEveryMs: 5_000,
  // Two objects of at most 3 MB each, and their envelope.
  bodyBytes: 7 * 1024 * 1024,
  bytesInFlight: 32 * 1024 * 1024,
};

/** Listens. The host is an explicit address: for `localhost` Fastify would make a second server that no swap reaches. */
export async function startPodGateServer(o: PodGateServerOptions): Promise<PodGateServer> {
  const limits = { ...defaultLimits, ...o.limits };
  const app = createApp(o.pair, limits);
  const room = boundConnections(app.server, limits.connections);
  const desk: Desk = { ...o, room, answerReview: prepareAnswers(o.rule), isDraining: false, lastRequestMs: -Infinity };
  app.post(podGatePath, (request, reply) => answerRequest(desk, request, reply));
  app.setNotFoundHandler((request, reply) => refuseTarget(desk, request, reply));
  app.setErrorHandler<FastifyError>((error, request, reply) => refuse(desk, { error, request, reply }));
  app.server.on('tlsClientError', (error: NodeJS.ErrnoException) => o.onRefusedHandshake?.(error.code ?? 'unknown'));
  await app.listen({ host: o.host, port: o.port });
  return {
    port: (app.server.address() as AddressInfo).port,
    swapPair: (pair) => app.server.setSecureContext(contextOf(pair)),
    startDraining: () => (desk.isDraining = true),
    quietMs: () => performance.now() - desk.lastRequestMs,
    close: () => close(app, room),
  };
}

const closeGraceMs = 1_000;

// Answers take no time, so what is open after the grace is a request that still arrives; Node would wait for it for ever.
async function close(app: { close(): PromiseLike<unknown> }, room: ConnectionRoom): Promise<void> {
  const timer = setTimeout(() => room.closeAll(), closeGraceMs);
  await app.close();
  clearTimeout(timer);
}

function createApp(pair: ServedPair, limits: EndpointLimits) {
  const https: ServerOptions = {
    ...contextOf(pair),
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.silenceMs,
    requestTimeout: limits.silenceMs,
    connectionsCheckingInterval: limits.lookEveryMs,
  };
  const app = Fastify({
    https,
    keepAliveTimeout: limits.silenceMs,
    requestTimeout: limits.silenceMs,
    bodyLimit: limits.bodyBytes,
    return503OnClosing: false,
    logger: false,
  });
  const bodies = createBodyRoom(limits);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, payload, done) => {
    // Said before the body is read.
    if (request.is404) done(bodyProblem(404, ''));
    else
      bodies.receive(payload, Number(request.headers['content-length']), (problem, body) =>
        body === undefined ? done(problem) : parse(body, done),
      );
  });
  return app;
}

// setSecureContext forgets every option that it is not given again, so this is the only place that names them.
function contextOf(pair: ServedPair): SecureContextOptions {
  return { cert: pair.chain, key: pair.leafKey, minVersion: 'TLSv1.3' };
}

function parse(body: Buffer, done: (error: Error | null, parsed?: unknown) => void): void {
  let parsed: unknown;
  try {
    parsed = parseBody(body);
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, parsed);
}

/** What requests are answered with. */
interface Desk extends PodGateServerOptions {
  readonly room: ConnectionRoom;
  readonly answerReview: AnswerReview;
  isDraining: boolean;
  lastRequestMs: number;
}

// Nothing here waits, so the deadline that the API server sends as `?timeout=` cannot pass between question and answer.
function answerRequest(desk: Desk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const startedMs = performance.now();
  desk.lastRequestMs = startedMs;
  const eniDefault = desk.eniDefault();
  if (eniDefault === undefined)
    return askAgain(desk, reply, 'Not ready yet: which pods are ENI pods is still being read.');
  const answer = answerSafely(desk, request.body, eniDefault);
  if (answer.kind === 'refused') return sendText(desk, reply, 400, answer.problem);
  desk.room.keep(request.socket);
  desk.metrics.answered(answer.result, answer.reason, (performance.now() - startedMs) / 1000);
  if (desk.isDraining) reply.header('connection', 'close');
  return reply.header('content-type', 'application/json').send(JSON.stringify(answer.body));
}

// The API server repeats a POST only after such an answer.
function askAgain(desk: Desk, reply: FastifyReply, text: string): FastifyReply {
  reply.header('retry-after', '1').header('connection', 'close');
  return sendText(desk, reply, 503, text);
}

function answerSafely({ answerReview, log }: Desk, body: unknown, eniDefault: EniDefault): ReviewAnswer {
  try {
    return answerReview(body, eniDefault);
  } catch (error) {
    log.error({ err: error }, 'a review could not be judged; its pod was let through unchanged');
    return answerFailure(body) ?? { kind: 'refused', problem: 'The review could not be read.' };
  }
}

interface Refused {
  readonly error: FastifyError;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

function refuse(desk: Desk, { error, request, reply }: Refused): FastifyReply {
  const status = error.statusCode ?? 500;
  if (request.is404) return refuseTarget(desk, request, reply);
  if (status === 503) return askAgain(desk, reply, error.message);
  if (status >= 500) desk.log.error({ err: error }, 'a request could not be answered');
  if (status === 413) reply.header('connection', 'close');
  return sendText(desk, reply, status, status >= 500 ? 'Internal error.' : error.message);
}

function refuseTarget(desk: Desk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path] = request.url.split('?');
  if (path !== podGatePath) return sendText(desk, reply, 404, `Nothing is here; reviews go to ${podGatePath}.`);
  return sendText(desk, reply.header('allow', 'POST'), 405, 'Send a POST.');
}

function sendText(desk: Desk, reply: FastifyReply, status: number, text: string): FastifyReply {
  desk.metrics.refused(status);
  desk.lastRequestMs = performance.now();
  if (desk.isDraining) reply.header('connection', 'close');
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
}
