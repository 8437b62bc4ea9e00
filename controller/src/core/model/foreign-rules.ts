import { tkeListener } from './adoption.ts';
import type { ObservedListener, ObservedLoadBalancer, ObservedRule } from './observed.ts';
import { placeKey } from './place.ts';

/**
 * Rules on a listener of ours that no record names: people made them. What TKE's controller left counts as that only
 * once its listener has our name.
 */
export function foreignRulesOf({ isOurs, name, rules }: ObservedListener): readonly ObservedRule[] {
  if (!isOurs || name === tkeListener) return [];
  return rules.filter((rule) => !rule.isOurs && rule.adoptable === undefined);
}

/** Their places, by placeKey. */
export function foreignPlaces(observed: ObservedLoadBalancer | undefined): ReadonlySet<string> {
  return placeKeys(foreignRules(observed));
}

/**
 * Those that a look saw before the record named them for this owner, by placeKey: the look says that they stand, and
 * not whose they are.
 */
export function seenUnrecorded(observed: ObservedLoadBalancer | undefined, uid: string): ReadonlySet<string> {
  return placeKeys(foreignRules(observed).filter(({ recordedUids = [] }) => !recordedUids.includes(uid)));
}

function foreignRules(observed: ObservedLoadBalancer | undefined): readonly ObservedRule[] {
  return (observed?.listeners ?? []).flatMap(foreignRulesOf);
}

function placeKeys(rules: readonly ObservedRule[]): ReadonlySet<string> {
  return new Set(rules.map(({ place }) => placeKey(place)));
}
