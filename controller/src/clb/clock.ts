import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

/** Time as an argument, so that tests need not wait. */
export interface Clock {
  /** Milliseconds that only ever grow, whatever happens to the machine's date. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = { now: () => performance.now(), date: () => Date.now(), sleep };
