import type { ErrorCode } from './error-codes.ts';

/** A refusal in the API's own form: HTTP 200 with Response.Error. */
export class ApiError extends Error {
  readonly code: string;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}

/** A refusal with any code, as faults send it. */
export function injectedError(code: string, message: string): ApiError {
  return new ApiError(code as ErrorCode, message);
}
