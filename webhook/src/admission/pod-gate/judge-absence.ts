import type { SeenLease } from '../controller-lease.ts';

/** The Lease as last read, and since when it has looked so, by a clock that never jumps. */
export interface LeaseSight extends SeenLease {
  readonly sinceMs: number;
}

/** `doubtful`: away by what the Lease says, but not watched for long enough to believe it. */
export type Absence = 'there' | 'doubtful' | 'away';

/** A holder renews at least once in this time, whatever its node's clock says. */
const leastWatchedMs = 30_000;

/**
 * Whether no controller has held the Lease for the limit. A Lease that does not change is judged by how long we have
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
