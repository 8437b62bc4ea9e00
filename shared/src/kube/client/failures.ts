import { DeadlineError } from '../../runtime/deadline.ts';
import { longestMessage, safeText } from '../../domain/safe-text.ts';
import { KubeError, noAnswer } from './kube-api.ts';

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface Status {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

/** Node's names for certificates that do not verify; no request was sent over such a connection. */
const untrusted = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

/** A refusal by the API server, in its own words where it has any. */
export function refusal(request: string, answer: Answer, body: string): KubeError {
  const status = statusIn(body);
  const retryAfterMs = retryAfter(answer.headers['retry-after']);
  return new KubeError({
    status: answer.statusCode,
    reason: typeof status.reason === 'string' ? status.reason : `Status${answer.statusCode}`,
    message: said(`${request}: ${answer.statusCode}`, typeof status.message === 'string' ? status.message : body),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The Status object of a watch's ERROR event. */
export function watchRefusal(request: string, object: unknown): KubeError {
  const status = asStatus(object);
  return new KubeError({
    status: typeof status.code === 'number' ? status.code : 500,
    reason: typeof status.reason === 'string' ? status.reason : 'WatchError',
    message: said(`${request}:`, typeof status.message === 'string' ? status.message : 'the watch ended with an error'),
  });
}

/** The API server repeats what users wrote, and webhooks answer with any text. */
function said(request: string, answer: string): string {
  return safeText(`${request} ${answer}`, longestMessage);
}

/** A KubeError for whatever kept the answer from coming. */
export function silence(request: string, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const message = `${request}: ${error instanceof Error ? innermost(error).message : String(error)}`;
  return new KubeError({ status: 0, reason: reasonOf(error), message, cause: error });
}

function reasonOf(error: unknown): string {
  if (error instanceof DeadlineError) return noAnswer.timeout;
  const { code, syscall } = error instanceof Error ? detailsOf(innermost(error)) : {};
  if (code !== undefined && untrusted.test(code)) return noAnswer.untrusted;
  const neverSent = syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
  return neverSent ? noAnswer.refused : noAnswer.network;
}

/** Several addresses of one name fail as an AggregateError without a code of its own. */
function innermost(error: Error): Error {
  const errors: unknown = 'errors' in error ? error.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return first instanceof Error ? first : error;
}

function detailsOf(error: Error): { code?: string; syscall?: string } {
  const texts = Object.entries(error).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}

function statusIn(body: string): Status {
  try {
    return asStatus(JSON.parse(body));
  } catch {
    return {};
  }
}

function asStatus(value: unknown): Status {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
