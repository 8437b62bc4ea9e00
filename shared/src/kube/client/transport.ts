import type { Dispatcher } from 'undici';
import type { ConnectionPool } from './connection-pool.ts';
import type { CredentialSource } from './credentials.ts';
import { refusal, silence } from './failures.ts';
import { noAnswer, type KubeCall, type KubeError } from './kube-api.ts';
import type { ServerClock } from './server-clock.ts';

export interface HttpRequest {
  readonly method: KubeCall['method'];
  readonly path: string;
  readonly query?: KubeCall['query'];
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal: AbortSignal;
  /** A second belt under the signal: how long the socket may be silent. */
  readonly silenceMs: number;
}

/** One request and its answer's headers; the body is still to be read. Throws a KubeError for everything but 2xx. */
export type Transport = (request: HttpRequest) => Promise<Dispatcher.ResponseData>;

export function createTransport(options: {
  credentials: CredentialSource;
  pool: ConnectionPool;
  clock: ServerClock;
  userAgent: string;
}): Transport {
  const { credentials, pool, clock, userAgent } = options;

  async function dispatch(request: HttpRequest): Promise<Dispatcher.ResponseData> {
    const access = await credentials.current();
    return await pool.for(access).request({
      origin: access.server.origin,
      path: pathOf(access.server, request),
      method: request.method,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...access.headers, ...bodyHeaders(request) },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal,
      headersTimeout: request.silenceMs,
      bodyTimeout: request.silenceMs,
    });
  }

  async function timed(request: HttpRequest): Promise<Dispatcher.ResponseData> {
    const sentAt = performance.now();
    const answer = await dispatch(request);
    const { date } = answer.headers;
    clock.received(typeof date === 'string' ? date : undefined, sentAt, performance.now());
    return answer;
  }

  return async (request) => {
    try {
      const answer = await timed(request);
      if (answer.statusCode < 300) return answer;
      throw refusal(nameOf(request), answer, await answer.body.text());
    } catch (error) {
      request.signal.throwIfAborted();
      const failure = silence(nameOf(request), error);
      if (isDistrust(failure)) credentials.distrust();
      throw failure;
    }
  };
}

/** How errors and logs name a request. */
export function nameOf(request: Pick<HttpRequest, 'method' | 'path'>): string {
  return `${request.method} ${request.path}`;
}

function isDistrust(failure: KubeError): boolean {
  return failure.status === 401 || failure.reason === noAnswer.untrusted;
}

function pathOf(server: URL, { path, query = {} }: HttpRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `${server.pathname.replace(/\/$/, '')}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
}

function bodyHeaders({ body, contentType }: HttpRequest): Record<string, string> {
  return body === undefined ? {} : { 'content-type': contentType ?? 'application/json' };
}
