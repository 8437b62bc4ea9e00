export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request to the API server. */
export interface KubeCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** Needed for PATCH (see patchType); everything else is plain JSON. */
  readonly contentType?: string;
  /** The caller's own deadline over all tries. */
  readonly signal: AbortSignal;
  /** What it throws ends the call. */
  readonly beforeTry?: () => void;
  /** Deadline of one try. Default 30 s; 40 s for writes, because foreign admission webhooks may take 30 s. */
  readonly timeoutMs?: number;
  /** An answer with more is not read to its end, and fails with reason `tooLarge`. */
  readonly mostBytes?: number | undefined;
}

export interface WatchCall {
  readonly path: string;
  /** `watch` and `allowWatchBookmarks` are added. */
  readonly query?: Query;
  readonly signal: AbortSignal;
  /** Give up after this silence. Default 120 s: bookmarks come about once a minute. */
  readonly idleMs?: number;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
}

/** The API server as both programs see it. Failures are KubeErrors, an abort is the signal's own reason. */
export interface KubeApi {
  call<T>(call: KubeCall): Promise<T>;
  /** Ends when the server ends the stream; throws a KubeError for ERROR events, silence and broken connections. */
  watch(call: WatchCall): AsyncIterable<WatchEvent>;
  close(): Promise<void>;
}

/** Content types of a PATCH. */
export const patchType = {
  merge: 'application/merge-patch+json',
  strategicMerge: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** What went wrong between us and the API server. Status 0 means that no answer came; the reason says why. */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs?: number;

  constructor(problem: { status: number; reason: string; message: string; retryAfterMs?: number; cause?: unknown }) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = 'KubeError';
    this.status = problem.status;
    this.reason = problem.reason;
    if (problem.retryAfterMs !== undefined) this.retryAfterMs = problem.retryAfterMs;
  }
}

/** Reasons of a KubeError with status 0. */
export const noAnswer = {
  refused: 'ConnectionRefused',
  untrusted: 'CertificateNotTrusted',
  network: 'NetworkError',
  timeout: 'Timeout',
  silentWatch: 'WatchSilent',
  badAnswer: 'BadAnswer',
  tooLarge: 'AnswerTooLarge',
} as const;

/** The object does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404;
}

/** The object was changed since we read it (never "it exists already", which is a 409 too). */
export function isConflict(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409 && error.reason !== 'AlreadyExists';
}

/** The object to be created exists. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409 && error.reason === 'AlreadyExists';
}

/** It has more than `mostBytes`. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof KubeError && error.reason === noAnswer.tooLarge;
}

/** It did not answer, or not about the request: a restart, an overload. The same request may work later. */
export function isPassing(error: unknown): boolean {
  return error instanceof KubeError && (error.status < 400 || error.status === 429 || error.status >= 500);
}

/** The resource version or continue token is too old: list again. */
export function isGone(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 410 || error.reason === 'Expired');
}
