import type { ReadControllerLease } from '../controller-lease.ts';

/** A new leader needs a Lease's time to take over; one that is stale for longer is away. */
const longestTakeoverMs = 30_000;

/** A leader that ends gives its Lease back, and the next one takes it within some seconds. */
const longestHandOverMs = 10_000;

/** Whether some controller leads, by its Lease: without one nobody drains, and nothing is to be waited for. */
export function isControllerThere(o: {
  readonly readLease: ReadControllerLease;
  readonly nowMs: () => number;
}): (signal: AbortSignal) => Promise<boolean> {
  return async (signal) => {
    // What cannot be read is taken for present: the wait is bounded in any case.
    const seen = await o.readLease(signal).catch(() => undefined);
    if (seen === undefined) return true;
    return o.nowMs() - seen.renewedMs < (seen.holder === '' ? longestHandOverMs : longestTakeoverMs);
  };
}
