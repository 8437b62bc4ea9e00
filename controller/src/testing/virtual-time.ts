import { beforeEach, jest } from '@jest/globals';

/**
 * Takes the place of node:timers/promises, which fake timers leave alone. What is to live in virtual time has to be
 * imported after this was called, by `import()`.
 */
export function mockSleep(): void {
  jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: wait }));
}

/** Ends when the fake clock gets there, or with the reason of the signal. */
async function wait(ms: number, value: unknown, { signal }: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timer = setTimeout(resolve, ms, value);
  const stop = () => {
    clearTimeout(timer);
    reject(signal?.reason as Error);
  };
  signal?.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal?.removeEventListener('abort', stop));
}

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
