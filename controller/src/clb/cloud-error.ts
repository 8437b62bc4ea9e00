import { CloudError } from '../core/model/cloud-error.ts';
import type { ApiFailure } from './api-failure.ts';
import { kindFor, stsAction } from './error-kinds.ts';
import { explain } from './explain.ts';
import { endpointOf, productOf } from './products.ts';

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
  const endpoint = action === stsAction ? api.endpoint : endpointOf(productOf(action), api.endpoint);
  const message = explain(failure, { purpose, action, source, region: api.region, endpoint });
  return new CloudError(message, { kind: kindFor(action, failure), code, action, requestId });
}
