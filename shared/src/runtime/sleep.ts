import { setTimeout as wait } from 'node:timers/promises';

/** The longest wait that a Node timer can count; longer ones would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** Waits; rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(Math.min(ms, longestTimerMs), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
