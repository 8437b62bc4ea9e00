import type { Health, HealthCheck } from '../state/model.ts';

/** What is known of a target: its state and the run of equal results since it last differed. */
export interface Streak {
  readonly health: Health;
  readonly successes: number;
  readonly failures: number;
}

/** A target whose probing has just begun. */
export const unprobed: Streak = { health: 'Unknown', successes: 0, failures: 0 };

/** HealthNum successes in a row make it Alive, UnHealthNum failures in a row Dead; anything less changes nothing. */
export function afterProbe(
  streak: Streak,
  succeeded: boolean,
  { HealthNum, UnHealthNum }: Pick<HealthCheck, 'HealthNum' | 'UnHealthNum'>,
): Streak {
  if (succeeded) {
    const successes = streak.successes + 1;
    return { health: successes >= HealthNum ? 'Alive' : streak.health, successes, failures: 0 };
  }
  const failures = streak.failures + 1;
  return { health: failures >= UnHealthNum ? 'Dead' : streak.health, successes: 0, failures };
}
