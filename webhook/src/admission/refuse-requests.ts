import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { AdmissionMetrics } from './admission-metrics.ts';
import { isRefusal, refusal, unsupportedMediaType, type Refusal } from './refusal.ts';
import type { Traffic } from './traffic.ts';

/**
 * Answers requests that no endpoint answers. The client gets the text of a Refusal; of any other error only that there
 * was one.
 */
export interface RefuseRequests {
  /** For Fastify's frameworkErrors: a request that Fastify has no route for because it cannot read the path. */
  readonly malformed: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
  /** For Fastify's setErrorHandler. */
  readonly error: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
  /** For Fastify's setNotFoundHandler. */
  readonly notFound: (request: FastifyRequest, reply: FastifyReply) => void;
}

export interface RefuseOptions {
  /** The paths of all endpoints. */
  readonly paths: readonly string[];
  readonly metrics: Pick<AdmissionMetrics, 'refused'>;
  readonly traffic: Traffic;
  readonly log: Log;
}

export function createRefuseRequests(o: RefuseOptions): RefuseRequests {
  // Only connections that carry reviews are worth keeping: a client that is refused has to open a new one.
  function refuse(reply: FastifyReply, error: unknown): void {
    const { status, message } = isRefusal(error) ? error : refusal(500, 'Internal error.');
    if (status === 500) o.log.error({ err: error }, 'a request could not be answered');
    o.metrics.refused(status);
    o.traffic.lastAnswerMs = performance.now();
    void reply.code(status).headers(headersOf(status)).send(`${message}\n`);
  }

  return {
    malformed: (error, _request, reply) => refuse(reply, known(error)),
    error: (error, request, reply) => refuse(reply, request.is404 ? wrongTarget(request, o.paths) : known(error)),
    notFound: (request, reply) => refuse(reply, wrongTarget(request, o.paths)),
  };
}

/** What a status needs besides its text. The API server repeats a POST only after a 503 that says when. */
const statusHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  405: { allow: 'POST' },
  503: { 'retry-after': '1' },
};

function headersOf(status: number): Record<string, string> {
  return { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...statusHeaders[status] };
}

function wrongTarget({ url }: FastifyRequest, paths: readonly string[]): Refusal {
  const [path = ''] = url.split('?');
  if (paths.includes(path)) return refusal(405, 'Send a POST.');
  return refusal(404, `Nothing is here; reviews go to ${paths.join(' or ')}.`);
}

/** Fastify quotes the path of the request. */
const longestShown = 200;

/**
 * Fastify's own errors that the client is to blame for become refusals. An error of ours stays what it is, whatever its
 * status.
 */
function known(error: unknown): unknown {
  const { code = '', statusCode = 500, message = '' } = error as Partial<FastifyError>;
  if (!(error instanceof Error) || !code.startsWith('FST_ERR_') || statusCode >= 500) return error;
  return statusCode === 415 ? unsupportedMediaType() : refusal(statusCode, safeText(message, longestShown));
}
