import type { ReadControllerLease } from '../controller-lease.ts';

/** A new leader needs a Lease's time to take over; one that is stale for longer is away. */
const longestTakeoverMs = 30_000;

/** Whether some controller leads, by its Lease: without one nobody drains, and nothing is to be waited for. */
export function isControllerThere(o: {
  readonly readLease: ReadControllerLease;
  readonly nowMs: () => number;
}): (signal: AbortSignal) => Promise<boolean> {
  return async (signal) => {
    // What cannot be read is taken for present: the wait is bounded in any case.
    const seen = await o.readLease(signal).catch(() => undefined);
    return seen === undefined || (seen.holder !== '' && o.nowMs() - seen.renewedMs < longestTakeoverMs);
  };
}
