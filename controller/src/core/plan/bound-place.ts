import type { Backends } from '../model/backend.ts';
import { bindingKey, claimKey, type Binding } from '../model/binding.ts';
import type { DesiredListener, DesiredLoadBalancer } from '../model/desired.ts';
import { placesOf, type ObservedListener, type ObservedPlace } from '../model/observed.ts';
import { isRule, isSameListener, placeKey, type Place, type PlaceId } from '../model/place.ts';
import type { Claim, Facts } from './facts.ts';
import { knownBackends } from './known-backends.ts';

/** A place that is wanted and stands. */
export interface BoundPlace {
  readonly binding: Binding;
  readonly place: Place;
  readonly id: PlaceId;
  readonly standing: ObservedPlace;
  readonly backends: Backends;
}

/** The listener of ours that stands for a desired one. */
export function standingFor(
  { place }: DesiredListener,
  observed: readonly ObservedListener[],
): ObservedListener | undefined {
  return observed.find((one) => one.isOurs && isSameListener(one.place, place));
}

/** Every binding whose place stands, with its place. */
export function boundPlaces(desired: DesiredLoadBalancer, facts: Facts): readonly BoundPlace[] {
  const bindings = bindingsByPlace(facts.claims);
  return desired.listeners.flatMap((listener) => {
    const standing = standingFor(listener, facts.observed?.listeners ?? []);
    if (standing === undefined) return [];
    const wanted = listener.rules.length > 0 ? listener.rules : [listener];
    return wanted.flatMap(({ place, owners }) => {
      const binding = bindings.get(claimKey(owners[0]?.uid ?? '', place));
      const found = placesOf(standing).find(
        ([, one]) => isRule(place) === isRule(one.place) && samePlace(one.place, place),
      );
      if (binding === undefined || found === undefined) return [];
      const [id, at] = found;
      return [{ binding, place, id, standing: at, backends: knownBackends(binding, [id, at], facts) }];
    });
  });
}

function samePlace(a: Place, b: Place): boolean {
  return placeKey(a) === placeKey(b);
}

function bindingsByPlace(claims: readonly Claim[]): ReadonlyMap<string, Binding> {
  return new Map(claims.flatMap(({ bindings }) => bindings.map((binding) => [bindingKey(binding), binding] as const)));
}
