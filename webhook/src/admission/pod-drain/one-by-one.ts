import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

/** Runs tasks of one key one after the other, those of others beside them. */
export type OneByOne = <T>(key: string, task: () => Promise<T>) => Promise<T>;

const longestRestMs = 5_000;

/**
 * After each task its key rests for as long as that took, so that nobody who asks over and over again takes all the
 * time of the processor: new pods are reviewed by it too.
 */
export function createOneByOne(signal: AbortSignal): OneByOne {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    let tookMs = 0;
    const mine = (last.get(key) ?? Promise.resolve()).then(async () => {
      const sinceMs = performance.now();
      return task().finally(() => (tookMs = performance.now() - sinceMs));
    });
    const rested = async () => sleep(Math.min(tookMs, longestRestMs), signal).catch(() => undefined);
    const ended = mine.then(rested, rested);
    last.set(key, ended);
    void ended.then(() => last.get(key) === ended && last.delete(key));
    return mine;
  };
}
