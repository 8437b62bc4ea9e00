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
  const ips = addressesOf(pod);
  const isItsOwn = (tags: TagsByIp) =>
    ips.some((ip) => (pod.network === 'host' ? tags.get(ip)?.has(pod.uid) : tags.has(ip)));
  return states.flatMap(({ id, observed }) => (observed !== undefined && isItsOwn(indexOf(observed)) ? [id] : []));
}

/** Whether a target that was registered for this pod stands there. */
export function hasTargetOf(pod: PodView, { observed }: BalancerState): boolean {
  if (observed === undefined) return false;
  const tags = indexOf(observed);
  return addressesOf(pod).some((ip) => tags.get(ip)?.has(pod.uid) === true);
}

function indexOf(observed: ObservedLoadBalancer): TagsByIp {
  const known = indexes.get(observed);
  if (known !== undefined) return known;
  const byIp = new Map<string, Set<string | undefined>>();
  for (const { ip, tag } of boundTargets(observed)) byIp.set(ip, (byIp.get(ip) ?? new Set()).add(tag));
  indexes.set(observed, byIp);
  return byIp;
}
