import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something to become true of the world; says what it last saw when it never does. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  limitMs = 120_000,
): Promise<T> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadlineMs) {
      throw new Error(
        `waited ${limitMs / 1000} s for ${what}; last seen: ${JSON.stringify(seen ?? null).slice(0, 2000)}`,
      );
    }
    await sleep(200);
  }
}
