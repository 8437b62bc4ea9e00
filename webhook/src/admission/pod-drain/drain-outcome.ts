import type { PassReason } from './judge-deletion.ts';

/** Why a deletion was let through. */
export type DrainOutcome = PassReason | 'drained' | 'disruption-refused' | 'gone' | Surrender;

/** Nothing came of waiting. */
export type Surrender = 'gave-up' | 'no-turn' | 'controller-away' | 'error' | 'stopping';
