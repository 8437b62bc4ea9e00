import type { BalancerState } from '../core/model/balancer-state.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { boundTargetsAt, placesOf, type BoundTarget, type ObservedPlace } from '../core/model/observed.ts';
import { stageOf, type PodStage } from '../core/model/pod-view.ts';
import type { SetWeight } from '../core/model/step.ts';
import { targetKey } from '../core/model/target.ts';
import type { Memory } from '../core/plan/memory.ts';
import { lastServing } from '../core/plan/last-serving.ts';
import { refOf } from '../core/plan/plan-targets.ts';

type Cluster = Pick<ClusterView, 'podsAt'>;

/**
 * Weight 0 for pods that are ending, by what was seen last: a pod that stops in a few seconds cannot wait until the
 * CLB can be looked at again. The last targets that take traffic keep their weight, as in a plan. What is wrong in it
 * (a target that is gone, say) the look that follows corrects.
 */
export function drainsOfEnding(state: BalancerState, cluster: Cluster, memory?: Doubts): readonly SetWeight[] {
  const isInDoubt = (target: BoundTarget) => memory?.mayRise.has(targetKey(target)) === true;
  return drainsOf(state, cluster, (target) => target.weight > 0 || isInDoubt(target));
}

type Doubts = Pick<Memory, 'mayRise'>;

/** Whether a write without an answer may still give one of them weight that a look shows at weight 0. */
export function isEndingInDoubt(state: BalancerState, cluster: Cluster, { mayRise }: Doubts): boolean {
  const isMeant = (target: BoundTarget) => target.weight === 0 && mayRise.has(targetKey(target));
  return mayRise.size > 0 && drainsOf(state, cluster, isMeant).length > 0;
}

/** Those that a plan has lowered and the CLB has not confirmed. A look would tell; where it fails, it may for long. */
export function drainsInDoubt(state: BalancerState, cluster: Cluster): readonly SetWeight[] {
  return drainsOf(state, cluster, (target) => state.unconfirmed.has(targetKey(target)));
}

type IsMeant = (target: BoundTarget) => boolean;

function drainsOf({ observed }: BalancerState, cluster: Cluster, isMeant: IsMeant): readonly SetWeight[] {
  const listeners = observed?.listeners ?? [];
  return listeners.flatMap(placesOf).flatMap(([id, at]) => {
    const targets = boundTargetsAt(id, at);
    const ending = targets.filter((target) => isMeant(target) && isAt('ending', target, cluster));
    const kept = lastServing(ending, [
      ...targets.filter((target) => isAt('ready', target, cluster) || isListed(target, at)),
      ...(at.others?.values() ?? []),
    ]);
    const { place, ownerUids: owners } = at;
    return ending
      .filter((target) => !kept.includes(target))
      .map((target): SetWeight => {
        return { kind: 'set-weight', place, owners, target: refOf(target), weight: 0, reason: 'backend-ending' };
      });
  });
}

/** An address that its owner lists, and that is no pod's. */
function isListed({ tag }: BoundTarget, { ownerUids }: ObservedPlace): boolean {
  return tag !== undefined && ownerUids.includes(tag);
}

function isAt(stage: PodStage, { ip, tag }: BoundTarget, cluster: Cluster): boolean {
  return cluster.podsAt(ip).some((pod) => pod.uid === tag && stageOf(pod) === stage);
}
