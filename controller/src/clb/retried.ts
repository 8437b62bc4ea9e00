import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import type { Ask } from './actions.ts';
import type { Authorised } from './authorised.ts';
import type { Clock } from './clock.ts';
import { ownCode } from './error-kinds.ts';

/** From the first try to the last answer of one ask; then the queue's own pause takes over. */
const deadlineMs = 30_000;
const firstPauseMs = 300;
const longestPauseMs = 4000;

/**
 * A write whose answer was lost may have been done: the loop looks first, and then writes what is still missing. A
 * throttled one is soon given back to the loop too: the limit is per action, and a weight 0 must not wait behind it.
 */
const triesOf: Record<Ask['effect'], Partial<Record<CloudErrorKind, number>>> = {
  read: { throttled: 4, busy: 4, transient: 4 },
  write: { throttled: 3, busy: 6 },
};

/** Asks again where that is safe and may help, with growing pauses. */
export function retried(
  send: Authorised,
  { clock, random, log }: { clock: Clock; random: () => number; log: Log },
): (ask: Ask, signal: AbortSignal, flow: Flow) => Promise<object> {
  return async (ask, signal, flow) => {
    const until = clock.now() + deadlineMs;
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(ask, { until, signal, flow });
      } catch (error) {
        const pauseMs = pauseBeforeRetry(ask.effect, error, { tries, random: random() });
        if (ask.isOnce === true && mayBeOneItem(error)) throw error;
        if (pauseMs === undefined || clock.now() + pauseMs > until) throw error;
        log.debug({ err: error, action: ask.action, tries, pauseMs }, 'The CLB API is asked again');
        await clock.sleep(pauseMs, signal);
      }
    }
  };
}

/** The API answered, or took longer than it may for this: a limit of the rate and a lost connection are about all. */
function mayBeOneItem(error: unknown): boolean {
  if (!(error instanceof CloudError) || error.kind === 'throttled') return false;
  return error.requestId !== undefined || error.code === ownCode.timeout;
}

/**
 * Undefined: do not ask again. Half of the pause is random, so that requests refused together do not come together
 * again.
 */
function pauseBeforeRetry(
  effect: Ask['effect'],
  error: unknown,
  { tries, random }: { tries: number; random: number },
): number | undefined {
  if (!(error instanceof CloudError) || tries >= (triesOf[effect][error.kind] ?? 1)) return undefined;
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (tries - 1));
  return pauseMs * (0.5 + random / 2);
}
