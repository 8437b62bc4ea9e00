import type { AddressInfo } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AdmissionMetrics } from './admission-metrics.ts';
import { answerFailure, answerReview, type ReviewAnswer } from './answer-review.ts';
import type { GateRule } from './gate-decision.ts';

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
  readonly log: Log;
}

// The API server keeps idle connections for 90 s and does not repeat a POST that met a closing one.
const keepAliveTimeoutMs = 120_000;
const requestTimeoutMs = 30_000;
const handshakeTimeoutMs = 10_000;
// Two objects of at most 3 MB each, and their envelope.
const bodyLimit = 8 * 1024 * 1024;

/** Listens. The host is an explicit address: for `localhost` Fastify would make a second server that no swap reaches. */
export async function startPodGateServer(o: PodGateServerOptions): Promise<PodGateServer> {
  const app = createApp(o.pair);
  let isDraining = false;
  app.addHook('onRequest', (_request, reply, done) => {
    if (isDraining) reply.header('connection', 'close');
    done();
  });
  app.post(podGatePath, (request, reply) => answerRequest(o, request, reply));
  app.setErrorHandler<FastifyError>((error, _request, reply) => refuse(o, reply, error));
  app.server.on('tlsClientError', (error: NodeJS.ErrnoException) => o.onRefusedHandshake?.(error.code ?? 'unknown'));
  await app.listen({ host: o.host, port: o.port });
  return {
    port: (app.server.address() as AddressInfo).port,
    swapPair: (pair) => app.server.setSecureContext(contextOf(pair)),
    startDraining: () => (isDraining = true),
    close: () => app.close(),
  };
}

function createApp(pair: ServedPair) {
  const https: TlsOptions & { headersTimeout: number } = {
    ...contextOf(pair),
    handshakeTimeout: handshakeTimeoutMs,
    headersTimeout: requestTimeoutMs,
  };
  const app = Fastify({
    https,
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    bodyLimit,
    return503OnClosing: false,
    logger: false,
  });
  app.removeAllContentTypeParsers();
  // `__proto__` in JSON becomes a plain field here, and only fields that an object owns are read.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => parseJson(body, done));
  return app;
}

// setSecureContext forgets every option that it is not given again, so this is the only place that names them.
function contextOf(pair: ServedPair): SecureContextOptions {
  return { cert: pair.chain, key: pair.leafKey, minVersion: 'TLSv1.3' };
}

function parseJson(body: string | Buffer, done: (error: Error | null, parsed?: unknown) => void): void {
  try {
    done(null, JSON.parse(body.toString()));
  } catch {
    done(Object.assign(new Error('The body is not JSON; send an AdmissionReview.'), { statusCode: 400 }));
  }
}

function answerRequest(o: PodGateServerOptions, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const startedMs = performance.now();
  const eniDefault = o.eniDefault();
  if (eniDefault === undefined) return askAgain(o, reply);
  const answer = answerSafely(o, request.body, eniDefault);
  if (answer.kind === 'refused') return sendText(o, reply, 400, answer.problem);
  o.metrics.answered(answer.result, answer.reason, (performance.now() - startedMs) / 1000);
  return reply.type('application/json').send(JSON.stringify(answer.body));
}

// The API server repeats a POST only after such an answer.
function askAgain(o: PodGateServerOptions, reply: FastifyReply): FastifyReply {
  reply.header('retry-after', '1').header('connection', 'close');
  return sendText(o, reply, 503, 'Not ready yet: which pods are ENI pods by default is still being read.');
}

function answerSafely(o: PodGateServerOptions, body: unknown, eniDefault: EniDefault): ReviewAnswer {
  try {
    return answerReview(body, o.rule, eniDefault);
  } catch (error) {
    o.log.error({ err: error }, 'a review could not be judged; its pod was let through unchanged');
    return answerFailure(body) ?? { kind: 'refused', problem: 'The review could not be read.' };
  }
}

function refuse(o: PodGateServerOptions, reply: FastifyReply, error: FastifyError): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) o.log.error({ err: error }, 'a request could not be answered');
  return sendText(o, reply, status, status >= 500 ? 'Internal error.' : error.message);
}

function sendText(o: PodGateServerOptions, reply: FastifyReply, status: number, text: string): FastifyReply {
  o.metrics.refused(status);
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
}
