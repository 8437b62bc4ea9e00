import type { PassReason } from './judge-deletion.ts';

/** Why a deletion was let through, or an eviction refused (`budget-exhausted`). */
export type DrainOutcome = 'budget-exhausted' | PassReason | 'drained' | 'disruption-refused' | 'gone' | Surrender;

/** Nothing came of waiting. asked-again: of that of an earlier one, less than a minute ago. */
export type Surrender = 'gave-up' | 'asked-again' | 'no-turn' | 'controller-away' | 'error' | 'stopping';
