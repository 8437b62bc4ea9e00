import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { lacksPlace } from '../core/model/balancer-state.ts';
import type { ClbPort, HealthAnswer } from '../core/model/clb-port.ts';
import type { TargetAddress } from '../core/model/target.ts';
import type { IsHeld } from '../core/plan/health-due.ts';
import { AskedApart } from './asked-apart.ts';
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
  /** Asking for them alone failed: reconcile these CLBs, which reports to people and pauses by itself. */
  readonly onFailed: (balancerIds: readonly string[]) => void;
}

/**
 * Asks for health about once a second while something waits for it, all such CLBs together; else it asks nothing. What
 * waits is a target whose checks may have passed by now, or a write whose effect has not been seen. It is asked earlier
 * where a held deletion waits for nothing else. A CLB that does not answer is asked for apart.
 */
export async function watchHealth(options: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  const { state, isHeld, recheckMs, nowMs } = options;
  const watch = { ...options, apart: new AskedApart() };
  const { apart } = watch;
  while (!signal.aborted) {
    const startedMs = nowMs();
    const due = state.dueForHealth({ nowMs: startedMs, verifyMs: 2 * recheckMs, isHeld });
    const ids = due.filter((id) => !options.isRefused(id));
    apart.forgetOthersThan((id) => state.of(id) !== undefined);
    askApart(ids, watch, signal);
    await askTogether(
      ids.filter((id) => !apart.has(id)),
      watch,
      signal,
    );
    askApart(ids, watch, signal);
    await pause(startedMs + recheckMs, watch, signal);
  }
  await apart.ended();
}

interface Watch extends HealthWatchOptions {
  readonly apart: AskedApart;
}

/** What is urgent waits so long for company: for 60 CLBs this is eight calls a second, of the account's 20. */
const shortestPauseMs = 250;

async function pause(untilMs: number, { apart, state, isHeld, nowMs }: Watch, signal: AbortSignal): Promise<void> {
  do {
    const leftMs = Math.max(50, untilMs - nowMs());
    await sleep(Math.min(shortestPauseMs, leftMs), signal).catch(() => undefined);
  } while (!signal.aborted && nowMs() < untilMs && !state.isHealthUrgent(isHeld, (id) => !apart.has(id)));
}

async function askTogether(ids: readonly string[], watch: Watch, signal: AbortSignal): Promise<void> {
  const failed = ids.length === 0 ? [] : await asked(ids, watch, signal);
  for (const id of failed) watch.apart.noteFailedWithOthers(id);
}

function askApart(ids: readonly string[], watch: Watch, signal: AbortSignal): void {
  const { apart, nowMs, onFailed } = watch;
  apart.start(ids, nowMs(), async (id) => {
    const failed = await asked([id], watch, signal);
    if (signal.aborted) return;
    if (failed.length === 0) apart.answered(id);
    else apart.failed(id, nowMs());
    onFailed(failed);
  });
}

/** Returns those that did not answer; the reconcile that follows reports why. */
async function asked(ids: readonly string[], watch: Watch, signal: AbortSignal): Promise<readonly string[]> {
  const { clb, log, nowMs } = watch;
  const askedAtMs = nowMs();
  try {
    const { answers, failed } = await clb.describeHealths(ids, signal);
    if (failed.length > 0) log.debug({ loadBalancers: failed }, 'asking for health failed');
    const byLoadBalancer = Map.groupBy(answers, ({ loadBalancerId }) => loadBalancerId);
    const answered = ids.filter((id) => !failed.includes(id));
    for (const id of answered) hearOne(id, { answers: byLoadBalancer.get(id) ?? [], askedAtMs }, watch);
    return failed;
  } catch (error) {
    log.debug({ loadBalancers: ids, err: error }, 'asking for health failed');
    return ids;
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
