import type { ActionName } from './actions.ts';
import { ApiFailure } from './api-failure.ts';
import type { Clock } from './clock.ts';
import { kindOf, ownCode } from './error-kinds.ts';
import type { Send } from './send.ts';
import { TokenBucket } from './token-bucket.ts';

/** Keeps every action below its limit: the API counts each action of the account for itself (doc 1278/109059). */
export function limited(
  send: Send,
  options: { requestsPerSecond: number; clock: Clock; waited: (action: ActionName, ms: number) => void },
): Send {
  const { requestsPerSecond, clock, waited } = options;
  const buckets = new Map<ActionName, TokenBucket>();

  function bucketOf(action: ActionName): TokenBucket {
    const bucket = buckets.get(action) ?? new TokenBucket({ perSecond: requestsPerSecond, clock });
    buckets.set(action, bucket);
    return bucket;
  }

  return async (ask, attempt) => {
    const bucket = bucketOf(ask.action);
    const from = clock.now();
    const isTaken = await bucket.take(attempt.until, attempt.signal, attempt.flow);
    if (!isTaken) throw new ApiFailure(ownCode.rateLimited, 'no token in time');
    waited(ask.action, clock.now() - from);
    try {
      return await send(ask, attempt);
    } catch (error) {
      if (error instanceof ApiFailure && kindOf(error.code) === 'throttled') bucket.refused(limitIn(error.message));
      throw error;
    }
  };
}

/**
 * The text quotes two numbers, the count and the limit: "… equals to `21` in a second, which exceeds the frequency
 * limit `20` …".
 */
export function limitIn(message: string): number | undefined {
  const limit = [...message.matchAll(/`(\d+)`/g)].at(1)?.[1];
  return limit === undefined ? undefined : Number(limit);
}
