import type { SeenLease } from '../controller-lease.ts';

/** The Lease as last read, and since when nobody has led, as far as it shows, by a clock that never jumps. */
export interface LeaseSight extends SeenLease {
  readonly sinceMs: number;
}

/** `doubtful`: away by what the Lease says, but not watched for long enough to believe it. */
export type Absence = 'there' | 'doubtful' | 'away';

/** A holder renews at least once in this time, whatever its node's clock says. */
const leastWatchedMs = 30_000;

/**
 * What was read after what was seen before. A renewal by a holder that has not read the cluster yet opens no gate, and
 * so it is no news, however often it comes: a right may be missing, or each process may die while it starts.
 */
export function sightAfter(before: LeaseSight | undefined, seen: SeenLease, monotonicMs: number): LeaseSight {
  const isSame = before !== undefined && (!hasLeader(seen) || isSameRenewal(before, seen));
  return { ...seen, sinceMs: isSame ? before.sinceMs : monotonicMs };
}

function hasLeader({ holder, isStarting }: SeenLease): boolean {
  return holder !== '' && !isStarting;
}

function isSameRenewal(a: SeenLease, b: SeenLease): boolean {
  return a.holder === b.holder && a.isStarting === b.isStarting && Object.is(a.renewedMs, b.renewedMs);
}

/**
 * Whether no controller has led for the limit. A Lease that does not change is judged by how long we have
 * watched it, or, after a start of ours, by the time that it carries.
 */
export function judgeAbsence(
  sight: LeaseSight,
  { limitMs, nowMs, monotonicMs }: { readonly limitMs: number; readonly nowMs: number; readonly monotonicMs: number },
): Absence {
  const watchedMs = monotonicMs - sight.sinceMs;
  if (watchedMs >= limitMs) return 'away';
  if (!(nowMs - sight.renewedMs >= limitMs)) return watchedMs >= leastWatchedMs ? 'doubtful' : 'there';
  return watchedMs >= leastWatchedMs ? 'away' : 'doubtful';
}
