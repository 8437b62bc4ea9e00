import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey } from '../model/place.ts';
import type { BoundPlace } from './bound-place.ts';
import { makerOfListener, sharedGroup } from './listener-name.ts';

/**
 * UIDs of the owners that have something on the CLB. Of several whose record names a rule of a shared listener only the
 * one whose claim it stands for has it: the others may go, whoever has it.
 */
export function holdersOn({ listeners }: ObservedLoadBalancer, bound: readonly BoundPlace[]): readonly string[] {
  const byRule = new Map(bound.map(({ id, binding }) => [id.locationId, binding.owner.uid]));
  return listeners.filter(({ others }) => others === undefined).flatMap((listener) => holdersOf(listener, byRule));
}

function holdersOf({ name, ownerUids, rules }: ObservedListener, byRule: ReadonlyMap<string | undefined, string>) {
  if (makerOfListener(name)?.group !== sharedGroup) return ownerUids;
  return rules.flatMap((rule) => byRule.get(rule.id) ?? rule.ownerUids);
}

/** BalancerState.ruleHolders */
export function ruleHolders(bound: readonly BoundPlace[]): ReadonlyMap<string, string> {
  const shared = bound.filter(({ place, binding }) => isRule(place) && binding.hasOwnListener !== true);
  return new Map(shared.map(({ place, binding }) => [placeKey(place), binding.owner.uid]));
}
