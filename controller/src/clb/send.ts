import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Ask } from './actions.ts';
import type { Credential } from './credentials/credential-source.ts';

/** One request over the wire: answers with the API's Response object or throws an ApiFailure. */
export type Send = (ask: Ask, attempt: Attempt) => Promise<object>;

export interface Attempt {
  readonly credential: Credential;
  /** By the clock's now(): a request that could start only later than this does not start. */
  readonly until: number;
  readonly flow: Flow;
  readonly signal: AbortSignal;
}
