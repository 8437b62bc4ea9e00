import type { Clock } from './clock.ts';

/** Lets requests of one action through in the order they came, no faster than the API allows. */
export interface TokenBucket {
  /** Waits for a token. False: the next one would come later than `until`. */
  take(until: number, signal: AbortSignal): Promise<boolean>;
  /** The API refused for its rate limit: nothing goes for a second, and never faster than the limit that it named. */
  refused(limitPerSecond: number | undefined): void;
}

/** The API counts per calendar second (seen, not documented): after one second a new count has begun. */
const windowMs = 1000;
/**
 * A tenth of the rate may go at once: rate and burst together stay below the limit, which is a tenth above the rate.
 */
const burstShare = 0.1;
const belowLimit = 0.9;

export function createTokenBucket(options: { perSecond: number; clock: Clock }): TokenBucket {
  const { clock } = options;
  let perSecond = options.perSecond;
  let tokens = burstOf(perSecond);
  let countedAt = clock.now();
  let closedUntil = countedAt;
  let lastInLine: Promise<unknown> = Promise.resolve();

  function untilTokenMs(): number {
    const now = clock.now();
    tokens = Math.min(burstOf(perSecond), tokens + ((now - countedAt) / 1000) * perSecond);
    countedAt = now;
    return Math.max(closedUntil - now, ((1 - tokens) / perSecond) * 1000);
  }

  async function takeToken(until: number, signal: AbortSignal): Promise<boolean> {
    for (let ms = untilTokenMs(); ms > 0; ms = untilTokenMs()) {
      if (clock.now() + ms > until) return false;
      await clock.sleep(Math.ceil(ms), signal);
    }
    tokens -= 1;
    return true;
  }

  return {
    async take(until, signal) {
      const before = lastInLine;
      const done = Promise.withResolvers<undefined>();
      lastInLine = before.then(() => done.promise);
      try {
        await unlessAborted(before, signal);
        return await takeToken(until, signal);
      } finally {
        done.resolve(undefined);
      }
    },
    refused(limitPerSecond) {
      tokens = 0;
      closedUntil = clock.now() + windowMs;
      if (limitPerSecond !== undefined) perSecond = Math.min(perSecond, Math.max(1, limitPerSecond) * belowLimit);
    },
  };
}

function burstOf(perSecond: number): number {
  return Math.max(1, Math.ceil(perSecond * burstShare));
}

async function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const either = Promise.withResolvers<undefined>();
  const onAbort = () => {
    either.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  void promise.then(() => {
    either.resolve(undefined);
  });
  await either.promise.finally(() => {
    signal.removeEventListener('abort', onAbort);
  });
}
