import type { ObservedLoadBalancer } from '../model/observed.ts';
import { placeKey, type RulePlace } from '../model/place.ts';

/**
 * By placeKey: of these rules those at which a redirect stands that leads to another one of them. Of an owner whose
 * entry was lost, and which asks for one there, it is its own, as the rules are: one to a rule of others is a person's.
 */
export function redirectsAmong(
  rules: readonly RulePlace[],
  observed: ObservedLoadBalancer | undefined,
): ReadonlySet<string> {
  const keys = new Set(rules.map(placeKey));
  const listeners = observed?.listeners ?? [];
  const own = listeners.flatMap((one) => one.rules.filter(({ place }) => keys.has(placeKey(place))));
  const byId = new Map(own.map(({ id, place }) => [id, placeKey(place)]));
  const among = listeners.flatMap(({ redirects = [] }) => redirects.filter(({ to }) => byId.has(to.locationId)));
  return new Set(among.flatMap(({ locationId }) => byId.get(locationId) ?? []));
}
