/** Finds loops that are stuck, for /livez. A run that fails counts as a run: a restart would not cure that. */
export interface Liveness {
  /** The loop has begun, or has finished a run. */
  ran(loop: string): void;
  /** The loop has ended as it should. */
  ended(loop: string): void;
  /** Which loops are stuck, in words; empty = none. */
  problems(): readonly string[];
}

/** `limitMs`: how long a run and the pause after it may take. The clock is one that never jumps. */
export function createLiveness(o: { limitMs: number; monotonicMs(): number }): Liveness {
  const lastRuns = new Map<string, number>();
  return {
    ran: (loop) => void lastRuns.set(loop, o.monotonicMs()),
    ended: (loop) => void lastRuns.delete(loop),
    problems: () =>
      [...lastRuns]
        .map(([loop, atMs]) => ({ loop, ageMs: Math.round(o.monotonicMs() - atMs) }))
        .filter(({ ageMs }) => ageMs > o.limitMs)
        .map(({ loop, ageMs }) => `the loop "${loop}" has not finished a run for ${ageMs} ms`),
  };
}
