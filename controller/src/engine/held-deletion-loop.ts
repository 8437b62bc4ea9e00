import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { judgeHeldDeletion } from '../core/gate/judge-held-deletion.ts';
import { ownersOf } from '../core/lifecycle/triggers.ts';
import type { BalancerState } from '../core/model/balancer-state.ts';
import type { ClusterView, HeldDeletionWriter } from '../core/model/cluster-port.ts';
import { balancersOf, isSkipped } from '../core/model/owner-view.ts';
import type { HeldDeletion, PodView } from '../core/model/pod-view.ts';
import { scopeOf } from '../core/plan/scope.ts';
import type { ObservedState } from './observed-state.ts';
import { hasTargetOf } from './standing-targets.ts';

export interface HeldDeletionLoopOptions {
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly heldDeletions: HeldDeletionWriter;
  /** By the API server's clock. */
  readonly nowMs: () => number;
}

/** Answers the webhook, which holds a pod's deletion until the CLBs send nothing new to it. */
export function createHeldDeletionLoop(options: HeldDeletionLoopOptions) {
  return async (key: string, signal: AbortSignal): Promise<Outcome> => {
    const pod = options.cluster.pod(key);
    if (pod?.heldDeletion === undefined) return { kind: 'settled' };
    return answer(pod, pod.heldDeletion, options, signal);
  };
}

async function answer(
  pod: PodView,
  held: HeldDeletion,
  options: HeldDeletionLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { state, heldDeletions, nowMs } = options;
  const states = statesOf(pod, options);
  const isVerified = (id: string, key: string) => !state.memoryOf(id).unverifiedSinceMs.has(key);
  const verdict = judgeHeldDeletion({ nowMs: nowMs(), pod, held, states, isVerified });
  const isNews = verdict.answer === 'over' || (verdict.answer === 'drained' && verdict.reason !== held.answer);
  // That it is not drained yet needs no words: the webhook waits for the answer, and a write costs the API server.
  if (isNews) await heldDeletions.answer(pod, verdict, signal);
  return verdict.recheckMs === undefined ? { kind: 'settled' } : { kind: 'recheck', afterMs: verdict.recheckMs };
}

/**
 * Of the CLBs of its owners, and of those where it stands although its owners have just left it. For an owner in mode
 * skip nothing is written, so nothing is waited for.
 */
function statesOf(pod: PodView, options: HeldDeletionLoopOptions): readonly (BalancerState | undefined)[] {
  const { cluster, state } = options;
  const { skipped = [], others = [] } = Object.groupBy(ownersOf(pod, cluster), (owner) =>
    isSkipped(owner, cluster.tkePresent()) ? 'skipped' : 'others',
  );
  const wanted = new Set(others.flatMap(balancersOf));
  const frozen = new Set(skipped.flatMap(balancersOf));
  const isLeft = (one: BalancerState) => !wanted.has(one.id) && !frozen.has(one.id) && hasTargetOf(pod, one);
  const awaited = [...wanted].filter((id) => isLookedAt(id, options));
  return [...awaited.map((id) => state.of(id)), ...state.all().filter(isLeft)];
}

/** Where nobody has or wants a place, the CLB is not looked at, and never will be. */
function isLookedAt(id: string, { cluster, state }: HeldDeletionLoopOptions): boolean {
  if (state.of(id) !== undefined) return true;
  return scopeOf(id, cluster.ownersOn(id), cluster.tkePresent(), (other) => state.of(other)).owners.length > 0;
}
