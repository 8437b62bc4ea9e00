import type { BalancerState } from '../core/model/balancer-state.ts';
import { boundTargets, type ObservedLoadBalancer } from '../core/model/observed.ts';
import { addressesOf, type PodView } from '../core/model/pod-view.ts';

/** By IP: the tags of the targets there. */
type TagsByIp = ReadonlyMap<string, ReadonlySet<string | undefined>>;

/** What is observed is never changed, only replaced, so that its index is made once for many pods. */
const indexes = new WeakMap<ObservedLoadBalancer, TagsByIp>();

/**
 * Ids of the CLBs that have a target at an address of this pod, whoever selects it: no owner may. Pods in the host
 * network share their node's address, so that only targets of their own are theirs.
 */
export function balancersWithTargetAt(pod: PodView, states: readonly BalancerState[]): readonly string[] {
  const hasOne = (state: BalancerState) =>
    pod.network === 'host' ? hasTargetOf(pod, state) : tagsAt(pod, state).length > 0;
  return states.filter(hasOne).map(({ id }) => id);
}

/** Whether a target that was registered for this pod stands there. */
function hasTargetOf(pod: PodView, state: BalancerState): boolean {
  return tagsAt(pod, state).some((tags) => tags.has(pod.uid));
}

/** Also one of which nothing says for whom it was registered: after a start, where the cloud returns no tags. */
export function mayHaveTargetOf(pod: PodView, state: BalancerState): boolean {
  return tagsAt(pod, state).some((tags) => tags.has(pod.uid) || tags.has(undefined));
}

function tagsAt(pod: PodView, { observed }: BalancerState): readonly ReadonlySet<string | undefined>[] {
  return observed === undefined ? [] : addressesOf(pod).flatMap((ip) => indexOf(observed).get(ip) ?? []);
}

function indexOf(observed: ObservedLoadBalancer): TagsByIp {
  const known = indexes.get(observed);
  if (known !== undefined) return known;
  const byIp = new Map<string, Set<string | undefined>>();
  for (const { ip, tag } of boundTargets(observed)) byIp.set(ip, (byIp.get(ip) ?? new Set()).add(tag));
  indexes.set(observed, byIp);
  return byIp;
}
