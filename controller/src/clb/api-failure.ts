import { ownCode } from './error-kinds.ts';

/** A request that failed, before it is known what that means for the caller. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, requestId?: string) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

type SdkFields = Partial<Record<'code' | 'httpCode' | 'requestId' | 'type', unknown>>;

/**
 * The SDK throws one class for API errors, HTTP statuses and lost connections; node-fetch's own errors pass through.
 */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (!(error instanceof Error)) return new ApiFailure(ownCode.malformed, 'something that is not an Error was thrown');
  const { code, httpCode, requestId, type }: SdkFields = Object.fromEntries(Object.entries(error));
  if (typeof httpCode === 'number') return new ApiFailure(`Http${httpCode}`, error.message);
  if (typeof code === 'string' && typeof requestId === 'string') return apiError(code, error.message, requestId);
  if (type === 'invalid-json' || error instanceof TypeError) return new ApiFailure(ownCode.malformed, error.message);
  return new ApiFailure(ownCode.network, reasonOf(error.message));
}

/** Answers that do not look as documented are failures: an empty result would be acted upon. */
export function malformed(detail: string): ApiFailure {
  return new ApiFailure(ownCode.malformed, detail);
}

/** Request ids in the text would make every event a new one. */
function apiError(code: string, message: string, requestId: string): ApiFailure {
  return new ApiFailure(code, message.replaceAll(/\[request ?id: ?[^\]]*\]/gi, '').trim(), requestId);
}

/** node-fetch puts the URL before the reason; the reason is what a person needs. */
function reasonOf(message: string): string {
  return message.split('reason: ').at(-1) ?? message;
}
