import { beforeEach, jest } from '@jest/globals';

/** Lets time pass in parts, until it holds; returns how long that took, or throws. */
export async function passesUntil(holds: () => boolean, limitMs: number, partMs = 50): Promise<number> {
  let passedMs = 0;
  for (; !holds(); passedMs += partMs) {
    if (passedMs >= limitMs) throw new Error(`not within ${limitMs} ms: ${String(holds)}`);
    await jest.advanceTimersByTimeAsync(partMs);
  }
  return passedMs;
}

export async function passMs(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

/** For the begin of a test file: each of its tests lives in virtual time. */
export function inVirtualTime(): void {
  beforeEach(() => {
    jest.useFakeTimers();
  });
}

/** Lets time pass until it holds: the `until` of tests in virtual time. */
export async function until(holds: () => boolean, limitMs = 60_000): Promise<void> {
  await passesUntil(holds, limitMs, 5);
}

/** Lets time pass until the work is done. */
export async function passing<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const noted = work.finally(() => (isDone = true));
  noted.catch(() => undefined);
  await until(() => isDone);
  return noted;
}
