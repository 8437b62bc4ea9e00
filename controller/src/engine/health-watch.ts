import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { lacksPlace } from '../core/model/balancer-state.ts';
import type { ClbPort, HealthAnswer } from '../core/model/clb-port.ts';
import type { TargetAddress } from '../core/model/target.ts';
import type { IsHeld } from '../core/plan/health-due.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import type { ObservedState } from './observed-state.ts';

export interface HealthWatchOptions {
  readonly clb: ClbPort;
  readonly state: ObservedState;
  readonly log: Log;
  /** The cloud refuses to show this CLB: it would refuse a call for all others that names it too. */
  readonly isRefused: (balancerId: string) => boolean;
  /** How often to ask while a target waits for its check. */
  readonly recheckMs: number;
  /** By a clock that never jumps. */
  readonly nowMs: () => number;
  readonly isHeld: IsHeld;
  /** The health of these targets changed. */
  readonly onHeard: (balancerId: string, changed: readonly TargetAddress[]) => void;
  /** The answer is the first to show what was written of these targets. */
  readonly onVerified: (verified: readonly TargetAddress[]) => void;
  /** The answer contradicts what is known of this CLB: have a whole look at once. */
  readonly onContradiction: (balancerId: string) => void;
  /** Asking failed: reconcile these CLBs, which reports to people and pauses by itself. */
  readonly onFailed: (balancerIds: readonly string[]) => void;
}

/**
 * Asks for health about once a second while something waits for it, all such CLBs together; else it asks nothing. What
 * waits is a target whose checks may have passed by now, or a write whose effect has not been seen. It is asked earlier
 * where a held deletion waits for nothing else.
 */
export async function watchHealth(options: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = options.nowMs();
    const { isHeld, recheckMs } = options;
    const due = options.state.dueForHealth({ nowMs: startedMs, verifyMs: 2 * recheckMs, isHeld });
    const ids = due.filter((id) => !options.isRefused(id));
    const answered = ids.length === 0 || (await askOnce(ids, options, signal));
    failures = answered ? 0 : failures + 1;
    const pauseMs = failures === 0 ? recheckMs : pauseAfter('transient', failures, 1);
    await pause(startedMs + pauseMs, failures === 0, options, signal);
  }
}

/** What is urgent waits so long for company: for 60 CLBs this is eight calls a second, of the account's 20. */
const shortestPauseMs = 250;

async function pause(untilMs: number, endsEarly: boolean, o: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  do {
    const leftMs = Math.max(50, untilMs - o.nowMs());
    await sleep(endsEarly ? Math.min(shortestPauseMs, leftMs) : leftMs, signal).catch(() => undefined);
  } while (!signal.aborted && o.nowMs() < untilMs && !(endsEarly && o.state.isHealthUrgent(o.isHeld)));
}

/** False when nothing was answered; the reconcile that follows reports why. */
async function askOnce(ids: readonly string[], options: HealthWatchOptions, signal: AbortSignal): Promise<boolean> {
  const askedAtMs = options.nowMs();
  try {
    const healths = await options.clb.describeHealth(ids, signal);
    const byLoadBalancer = Map.groupBy(healths, ({ loadBalancerId }) => loadBalancerId);
    for (const id of ids) hearOne(id, { answers: byLoadBalancer.get(id) ?? [], askedAtMs }, options);
    return true;
  } catch (error) {
    options.log.debug({ loadBalancers: ids, err: error }, 'asking for health failed');
    if (!signal.aborted) options.onFailed(ids);
    return false;
  }
}

interface Answered {
  readonly answers: readonly HealthAnswer[];
  readonly askedAtMs: number;
}

function hearOne(id: string, { answers, askedAtMs }: Answered, options: HealthWatchOptions): void {
  const { state, nowMs, recheckMs, onHeard, onVerified, onContradiction } = options;
  const before = state.of(id);
  const isPlaceGone = before !== undefined && lacksPlace(before, answers);
  const news = state.hear(id, { answers, askedAtMs, nowMs: nowMs(), lagMs: recheckMs });
  if (isPlaceGone || news.isContradiction) onContradiction(id);
  if (news.changed.length > 0) onHeard(id, news.changed);
  if (news.verified.length > 0) onVerified(news.verified);
}
