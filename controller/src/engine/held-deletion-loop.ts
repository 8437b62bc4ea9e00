import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { judgeHeldDeletion } from '../core/gate/judge-held-deletion.ts';
import type { ClusterView, HeldDeletionWriter } from '../core/model/cluster-port.ts';
import type { HeldDeletion, PodView } from '../core/model/pod-view.ts';
import { balancersBehind } from './balancers-behind.ts';
import type { ObservedState } from './observed-state.ts';

export interface HeldDeletionLoopOptions {
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly heldDeletions: HeldDeletionWriter;
  /** By the API server's clock. */
  readonly nowMs: () => number;
}

/** Answers the webhook, which holds a pod's deletion until the CLBs send nothing new to it. */
export function createHeldDeletionLoop(options: HeldDeletionLoopOptions) {
  const leadsSinceMs = options.nowMs();
  return async (key: string, signal: AbortSignal): Promise<Outcome> => {
    const pod = options.cluster.pod(key);
    if (pod?.heldDeletion === undefined) return { kind: 'settled' };
    return answer(pod, pod.heldDeletion, { ...options, leadsSinceMs }, signal);
  };
}

async function answer(
  pod: PodView,
  held: HeldDeletion,
  options: HeldDeletionLoopOptions & { readonly leadsSinceMs: number },
  signal: AbortSignal,
): Promise<Outcome> {
  const { state, heldDeletions, nowMs } = options;
  const isVerified = (id: string, key: string) => {
    const { unverifiedSinceMs, mayRise } = state.memoryOf(id);
    return !unverifiedSinceMs.has(key) && !mayRise.has(key);
  };
  const verdict = judgeHeldDeletion({ nowMs: nowMs(), pod, held, ...balancersBehind(pod, options), isVerified });
  const isNews = verdict.answer === 'over' || (verdict.answer === 'drained' && verdict.reason !== held.answer);
  // That it is not drained yet needs no words: the webhook waits for the answer, and a write costs the API server.
  if (isNews) await heldDeletions.answer(pod, verdict, signal);
  return verdict.recheckMs === undefined ? { kind: 'settled' } : { kind: 'recheck', afterMs: verdict.recheckMs };
}
