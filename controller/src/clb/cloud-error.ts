import { CloudError } from '../core/model/cloud-error.ts';
import type { ApiFailure } from './api-failure.ts';
import { kindFor } from './error-kinds.ts';
import { explain } from './explain.ts';

/** Which API is asked, for the messages. */
export interface ApiAddress {
  readonly region: string;
  readonly endpoint: string;
}

/** Turns what went wrong with one request into what the loops can decide by and people can read. */
export function toCloudError(
  failure: ApiFailure,
  { action, purpose }: { action: string; purpose: string },
  api: ApiAddress,
  source: string,
): CloudError {
  const { code, requestId } = failure;
  const message = explain(failure, { purpose, action, source, ...api });
  return new CloudError(message, { kind: kindFor(action, failure), code, action, requestId });
}
