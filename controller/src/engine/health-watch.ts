import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { lacksPlace } from '../core/model/balancer-state.ts';
import type { ClbPort, HealthAnswer } from '../core/model/clb-port.ts';
import type { TargetAddress } from '../core/model/target.ts';
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
  /** The health of these targets changed. */
  readonly onHeard: (balancerId: string, changed: readonly TargetAddress[]) => void;
  /** A listener that was seen on this CLB is not in the answer: have a whole look at once. */
  readonly onMissing: (balancerId: string) => void;
  /** Asking failed: reconcile these CLBs, which reports to people and pauses by itself. */
  readonly onFailed: (balancerIds: readonly string[]) => void;
}

/** Asks for health about once a second while a target waits for it, all waiting CLBs together; else it asks nothing. */
export async function watchHealth(options: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = options.nowMs();
    const ids = options.state.awaitingHealth().filter((id) => !options.isRefused(id));
    const answered = ids.length === 0 || (await askOnce(ids, options, signal));
    failures = answered ? 0 : failures + 1;
    const pauseMs = failures === 0 ? options.recheckMs : pauseAfter('transient', failures, 1);
    await sleep(Math.max(50, pauseMs - (options.nowMs() - startedMs)), signal).catch(() => undefined);
  }
}

/** False when nothing was answered; the reconcile that follows reports why. */
async function askOnce(ids: readonly string[], options: HealthWatchOptions, signal: AbortSignal): Promise<boolean> {
  try {
    const healths = await options.clb.describeHealth(ids, signal);
    const byLoadBalancer = Map.groupBy(healths, ({ loadBalancerId }) => loadBalancerId);
    for (const id of ids) hearOne(id, byLoadBalancer.get(id) ?? [], options);
    return true;
  } catch (error) {
    options.log.debug({ loadBalancers: ids, err: error }, 'asking for health failed');
    if (!signal.aborted) options.onFailed(ids);
    return false;
  }
}

function hearOne(id: string, healths: readonly HealthAnswer[], options: HealthWatchOptions): void {
  const { state, nowMs, onHeard, onMissing } = options;
  const before = state.of(id);
  if (before !== undefined && lacksPlace(before, healths)) onMissing(id);
  const changed = state.updateHealth(id, healths, nowMs());
  if (changed.length > 0) onHeard(id, changed);
}
