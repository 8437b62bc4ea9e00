import type { Health } from '../state/model.ts';

/** Probing nodes judge for themselves; the target's state changes when all of them see the same. */
export function agree(verdicts: readonly Health[], before: Health): Health {
  const [first = before] = verdicts;
  return verdicts.every((verdict) => verdict === first) ? first : before;
}
