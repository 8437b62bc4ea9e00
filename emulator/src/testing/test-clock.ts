import type { Clock } from '../runtime/clock.ts';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Moves on and runs what falls due, in order. */
  advance(ms: number): void;
  /** How many timers wait. */
  pending(): number;
}

/** Starts at the machine's time, because the SDK signs with it. */
export function createTestClock(): TestClock {
  let nowMs = Date.now();
  let timers: { atMs: number; run: () => void }[] = [];
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    pending: () => timers.length,
    advance(ms) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      timers = timers.filter((timer) => !due.includes(timer));
      due.forEach(({ run }) => run());
    },
  };
}
