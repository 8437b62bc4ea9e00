import { setTimeout as wait } from 'node:timers/promises';

/** Waits until a test's condition holds; fails with the condition's own text. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const endAt = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error(`not within ${limitMs} ms: ${String(holds)}`);
    await wait(2);
  }
}
