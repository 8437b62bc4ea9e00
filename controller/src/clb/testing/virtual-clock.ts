import type { Clock } from '../clock.ts';

/** Time that passes only by sleeping, and then at once. */
export interface VirtualClock extends Clock {
  readonly pauses: readonly number[];
  advance(ms: number): void;
}

export function createVirtualClock(date = Date.UTC(2026, 0, 1)): VirtualClock {
  const pauses: number[] = [];
  let passedMs = 0;
  return {
    pauses,
    now: () => passedMs,
    date: () => date + passedMs,
    advance: (ms) => void (passedMs += ms),
    async sleep(ms, signal) {
      await Promise.resolve();
      signal.throwIfAborted();
      pauses.push(ms);
      passedMs += ms;
    },
  };
}
