import type { Unbound } from '../core/gate/gate-facts.ts';
import { stateKeyOf } from '../core/model/balancer-ref.ts';
import { bindingKey, describeBinding, selects, type Binding } from '../core/model/binding.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { placeAt, type ObservedTarget } from '../core/model/observed.ts';
import { annotationsOf } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { isServing } from '../core/model/target.ts';
import type { ObservedState } from './observed-state.ts';

interface Sources {
  readonly cluster: Pick<ClusterView, 'podWithUid'>;
  readonly state: Pick<ObservedState, 'of'>;
}

/**
 * An owner that was switched to nodes is served by its pods until nodes are Alive. New ones are no targets, so a
 * rollout that went on meanwhile would end them all.
 */
export function podsBeforeNodes(owner: OwnerView, pod: PodView, sources: Sources): readonly Unbound[] {
  const selectors = owner.podSelectors.filter((selector) => selects(selector, pod));
  const isAlike = (other: PodView) => selectors.some((selector) => selects(selector, other));
  return owner.bindings
    .filter(({ backends }) => backends.mode === 'nodes')
    .filter((binding) => servingPods(binding, sources).some(isAlike))
    .map((binding) => ({ owner, finding: { message: whyOf(binding, owner) } }));
}

function servingPods(binding: Binding, { cluster, state }: Sources): readonly PodView[] {
  const found = state.of(stateKeyOf(binding.balancer));
  const placed = found?.placed.get(bindingKey(binding));
  const targets = placed === undefined ? undefined : placeAt(found?.observed, placed.id)?.targets;
  return [...(targets?.values() ?? [])].flatMap((target) => {
    const pod = target.tag === undefined ? undefined : cluster.podWithUid(target.tag);
    return pod !== undefined && mayServe(target, pod) ? [pod] : [];
  });
}

/** Pods that are broken keep nobody waiting: through the nodes only a new one can serve. */
function mayServe({ weight, health }: ObservedTarget, { containersReady }: PodView): boolean {
  return weight > 0 && (isServing(health) || containersReady);
}

function whyOf(binding: Binding, owner: OwnerView): string {
  const known = binding.incomplete ?? owner.findings.find(({ reason }) => reason === 'NodePortMissing');
  if (known !== undefined) return known.message;
  return (
    `${describeBinding(binding)} is to send to nodes, and sends to pods until it calls nodes Alive: let their ` +
    `security groups admit the node ports, or take annotation ${annotationsOf(owner).directAccess} away`
  );
}
