import type { ReadControllerLease, SeenLease } from '../controller-lease.ts';

/** A new leader needs a Lease's time to take over; one that is not renewed for longer is away. */
const longestTakeoverMs = 30_000;

/** A leader that ends gives its Lease back, and the next one takes it within some seconds. */
const longestHandOverMs = 10_000;

/** A holder renews every few seconds. */
const freshMs = 5_000;

/** Whether some controller leads, by its Lease: without one nobody drains, and nothing is to be waited for. */
export interface ControllerWatch {
  /** Remembers what is read, by whomever. */
  readonly readLease: ReadControllerLease;
  isThere(signal: AbortSignal): Promise<boolean>;
}

/** The Lease as last read. */
interface Sight extends SeenLease {
  /** It has looked so since then, by a clock that never jumps. */
  readonly sinceMs: number;
  readonly wasFresh: boolean;
  /** The renewal before this one was fresh by the API server's clock: what its holder writes can be believed. */
  readonly isClockKnown: boolean;
}

interface Clocks {
  /** By the API server's clock. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

export function watchController(o: Clocks & { readonly readLease: ReadControllerLease }): ControllerWatch {
  let sight: Sight | undefined;

  async function look(signal: AbortSignal): Promise<Sight> {
    const seen = await o.readLease(signal);
    sight = sightOf(seen, sight, o);
    return sight;
  }

  return {
    readLease: look,
    async isThere(signal) {
      // What cannot be read is taken for present: the wait is bounded in any case.
      const seen = await look(signal).catch(() => undefined);
      return seen === undefined || isHeld(seen, o);
    },
  };
}

function sightOf(seen: SeenLease, before: Sight | undefined, { nowMs, monotonicMs }: Clocks): Sight {
  if (before?.holder === seen.holder && Object.is(before.renewedMs, seen.renewedMs)) return before;
  const isSameClock = seen.holder === before?.holder || seen.holder === '';
  return {
    ...seen,
    sinceMs: monotonicMs(),
    wasFresh: Math.abs(nowMs() - seen.renewedMs) < freshMs,
    isClockKnown: isSameClock && before?.wasFresh === true,
  };
}

/** The time in the Lease is of its holder's node. What counts, as in client-go, is how long it has not changed. */
function isHeld(sight: Sight, { nowMs, monotonicMs }: Clocks): boolean {
  const limitMs = sight.holder === '' ? longestHandOverMs : longestTakeoverMs;
  if (Number.isNaN(sight.renewedMs) || monotonicMs() - sight.sinceMs >= limitMs) return false;
  return !sight.isClockKnown || nowMs() - sight.renewedMs < limitMs;
}
