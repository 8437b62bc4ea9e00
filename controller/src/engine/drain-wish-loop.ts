import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { drainWishToTell } from '../core/gate/judge-drain-wish.ts';
import type { ClusterView, HeldDeletionWriter } from '../core/model/cluster-port.ts';
import type { PodView } from '../core/model/pod-view.ts';

export interface DrainWishLoopOptions {
  readonly cluster: ClusterView;
  readonly heldDeletions: HeldDeletionWriter;
}

/** Tells the webhook by a condition of the pod that a Service asks for its drain before it is deleted. */
export function createDrainWishLoop({ cluster, heldDeletions }: DrainWishLoopOptions) {
  return async (key: string, signal: AbortSignal): Promise<Outcome> => {
    const pod = cluster.pod(key);
    const wish = pod === undefined ? undefined : wishToTell(pod, cluster);
    if (pod !== undefined && wish !== undefined) await heldDeletions.ask(pod, wish, signal);
    return { kind: 'settled' };
  };
}

/** undefined: its condition says the right thing. */
export function wishToTell(pod: PodView, cluster: ClusterView): boolean | undefined {
  return drainWishToTell(pod, { owners: cluster.ownersSelecting(pod), tkePresent: cluster.tkePresent() });
}
