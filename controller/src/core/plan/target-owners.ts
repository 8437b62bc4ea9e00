import { balancerIdOf } from '../model/balancer-ref.ts';
import { foreignRulesOf } from '../model/foreign-rules.ts';
import { isGuard } from '../model/guard.ts';
import type { ObservedListener, ObservedLoadBalancer, ObservedRule } from '../model/observed.ts';
import { isRule, placeKey } from '../model/place.ts';
import { addressKey } from '../model/target.ts';
import { allContendersOf, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { groupOfListener, sharedGroup } from './listener-name.ts';

export type TargetOwnerFacts = Pick<Facts, 'clusterId' | 'claims' | 'pending' | 'backendsOf'>;

/**
 * The same CLB, where rules of our shared listeners that no record names are those of the owners whose backends stand
 * there with our tag: as if the record said it. Only who may have lost an entry counts. So whoever had a rule, and the
 * host and the CLB with it, has it before the age of objects decides, although the records are lost.
 */
export function withTargetOwners(observed: ObservedLoadBalancer, facts: TargetOwnerFacts): ObservedLoadBalancer {
  const lost = lostClaims(observed, facts);
  if (lost.size === 0) return observed;
  const owned = (rule: ObservedRule): ObservedRule => {
    const own = (lost.get(placeKey(rule.place)) ?? []).filter((one) => hasTarget(one, rule, facts));
    return own.length === 0 ? rule : { ...rule, isOurs: true, ownerUids: own.map(({ owner }) => owner.uid) };
  };
  const listeners = observed.listeners.map((listener): ObservedListener => {
    if (groupOfListener(listener.name, facts.clusterId) !== sharedGroup) return listener;
    const foreign = new Set(foreignRulesOf(listener));
    return { ...listener, rules: listener.rules.map((rule) => (foreign.has(rule) ? owned(rule) : rule)) };
  });
  return { ...observed, listeners };
}

/** By placeKey. */
function lostClaims(
  { id, listeners }: ObservedLoadBalancer,
  { claims, pending }: TargetOwnerFacts,
): ReadonlyMap<string, readonly Contender[]> {
  if (!listeners.some((listener) => foreignRulesOf(listener).length > 0)) return new Map();
  const lost = allContendersOf([...claims, ...pending]).filter((one) => mayHaveLost(one, id));
  return Map.groupBy(lost, ({ binding }) => placeKey(binding.place));
}

/** It wants a rule of a shared listener, its annotation names the CLB, and it has no entry there. */
function mayHaveLost({ owner, binding }: Contender, id: string): boolean {
  const { place, hasOwnListener, existing, balancer } = binding;
  const isShared = isRule(place) && !isGuard({ place }) && hasOwnListener !== true && existing === undefined;
  const hadEntry = owner.shownBalancers.includes(id) && !owner.recordedBalancers.includes(id);
  return isShared && hadEntry && balancerIdOf(balancer) === id;
}

/** Address and tag: a node has one target for each of its ports, and an address is used again. */
function hasTarget({ binding }: Contender, { targets }: ObservedRule, { backendsOf }: TargetOwnerFacts): boolean {
  return backendsOf(binding).backends.some((backend) => targets.get(addressKey(backend))?.tag === backend.id);
}
