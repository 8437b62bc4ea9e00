import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey } from '../model/place.ts';
import { isKind, type Step } from '../model/step.ts';
import type { BoundPlace } from './bound-place.ts';
import { isSharedName } from './listener-name.ts';

/**
 * UIDs of the owners that have something on the CLB. Of several whose record names a rule of a shared listener only the
 * one whose claim it stands for has it: the others may go, whoever has it. While one without rules is to go, whoever
 * may have made it has it: nobody else would look whether it went.
 */
export function holdersOn(
  { listeners }: ObservedLoadBalancer,
  bound: readonly BoundPlace[],
  steps: readonly Step[],
): readonly string[] {
  const byRule = new Map(bound.map(({ id, binding }) => [id.locationId, binding.owner.uid]));
  const going = new Set(steps.filter(isKind('delete-listener')).map(({ listenerId }) => listenerId));
  return listeners
    .filter(({ others }) => others === undefined)
    .flatMap((one) => {
      if (!isSharedName(one.name)) return one.ownerUids;
      if (one.rules.length === 0) return going.has(one.id) ? mayHaveMade(one) : [];
      return one.rules.flatMap((rule) => byRule.get(rule.id) ?? rule.ownerUids);
    });
}

/** UIDs of the owners of the whole listener. */
export function mayHaveMade({ rules, ownerUids, recordedUids = [] }: ObservedListener): readonly string[] {
  return rules.length === 0 && ownerUids.length === 0 ? recordedUids : ownerUids;
}

/** BalancerState.ruleHolders */
export function ruleHolders(bound: readonly BoundPlace[]): ReadonlyMap<string, string> {
  const shared = bound.filter(({ place, binding }) => isRule(place) && binding.hasOwnListener !== true);
  return new Map(shared.map(({ place, binding }) => [placeKey(place), binding.owner.uid]));
}
