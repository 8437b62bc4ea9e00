import { CloudError } from '../core/clb-port.ts';
import type { ApiFailure } from './api-failure.ts';
import { kindFor } from './error-kinds.ts';
import { explain } from './explain.ts';

/** Where is asked, for the messages. */
export interface Place {
  readonly region: string;
  readonly endpoint: string;
}

/** Turns what went wrong with one request into what the loops can decide by and people can read. */
export function toCloudError(
  failure: ApiFailure,
  { action, purpose }: { action: string; purpose: string },
  place: Place,
  source: string,
): CloudError {
  const { code, requestId } = failure;
  const message = explain(failure, { purpose, action, source, ...place });
  return new CloudError(message, { kind: kindFor(action, code), code, action, requestId });
}
