import type { ActionName, Answer, Ask } from './actions.ts';

/** Asks, and turns the answer into our words; an answer that is not as documented becomes a CloudError too. */
export type Read = <A extends ActionName, T>(
  ask: Omit<Ask<A>, 'effect'>,
  decode: (answer: Answer<A>) => T,
  signal: AbortSignal,
) => Promise<T>;
