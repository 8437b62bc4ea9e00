/** A change that must be written to the CLB: when it was known, and the kind of call that carries it. */
export interface Arrival {
  readonly atMs: number;
  readonly kind: string;
}

/**
 * How many calls greedy batching makes, as a baseline for the writes of a rollout: one call in flight at a time, each
 * carries everything of its kind that has arrived, and the kind that has waited longest goes first.
 */
export function baselineCalls(arrivals: readonly Arrival[], callMs: number): number {
  const waiting = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  let nowMs = 0;
  let calls = 0;
  while (waiting.length > 0) {
    const [first] = waiting;
    if (first === undefined) break;
    nowMs = Math.max(nowMs, first.atMs);
    const startedMs = nowMs;
    const later = waiting.filter((arrival) => arrival.kind !== first.kind || arrival.atMs > startedMs);
    waiting.splice(0, waiting.length, ...later);
    nowMs += callMs;
    calls += 1;
  }
  return calls;
}
