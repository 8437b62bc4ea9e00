import type { ClbPort, TargetRef } from '../core/clb-port.ts';
import type { ClusterView } from '../core/ports.ts';
import type { SeenTarget, Sight } from '../core/sight.ts';
import { refOf } from '../core/target.ts';
import { stageOf } from '../core/views.ts';

export interface DrainEndingOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly sight: Sight | undefined;
  readonly signal: AbortSignal;
}

/**
 * Weight 0 for pods that are ending, by what was seen last: a pod that stops in a few seconds cannot wait until the CLB
 * can be looked at again. What is wrong in it (a target that is gone, say) the look that follows puts right.
 */
export async function drainEnding({ clb, cluster, sight, signal }: DrainEndingOptions): Promise<void> {
  if (sight === undefined) return;
  const ending = [...sight.targets].map(([key, seen]) => ({ at: refOf(key), seen }));
  const targets = ending.filter(({ at, seen }) => isEnding(at, seen, cluster)).map(({ at }) => at);
  if (targets.length > 0) await clb.setWeight(sight.loadBalancerId, targets, 0, signal);
}

function isEnding({ ip }: TargetRef, { weight, ownerUid }: SeenTarget, cluster: ClusterView): boolean {
  return weight > 0 && cluster.podsAt(ip).some((pod) => pod.uid === ownerUid && stageOf(pod) === 'ending');
}
