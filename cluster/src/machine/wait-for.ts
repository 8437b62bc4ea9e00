import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the probe gives a value; the last refusal becomes part of the error at the deadline. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  o: { deadlineMs: number; everyMs?: number; signal: AbortSignal },
): Promise<T> {
  const endsAt = performance.now() + o.deadlineMs;
  let refusal = '';
  while (performance.now() < endsAt) {
    o.signal.throwIfAborted();
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      refusal = error instanceof Error ? `: ${error.message}` : '';
    }
    await pause(o.everyMs ?? 50, undefined, { signal: o.signal });
  }
  throw new Error(`${what}: not there after ${o.deadlineMs / 1000} s${refusal}`);
}
