import { noBackends, type Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces, type ObservedPlace } from '../model/observed.ts';
import { isSameListener, type Place, type PlaceId } from '../model/place.ts';
import type { Facts } from './facts.ts';

interface StandingGuard {
  readonly binding: Binding;
  readonly place: Place;
  readonly id: PlaceId;
}

/**
 * The guards of an owner beside its rules that stand although nothing complete asks for them: nothing asks for the
 * guard either, and without it the requests for hosts that have no rule went to another host.
 */
export function guardsBeside(
  standing: readonly Binding[],
  { claims, observed }: Pick<Facts, 'claims' | 'observed'>,
): readonly StandingGuard[] {
  const complete = claims.flatMap(({ bindings }) => bindings.filter(({ incomplete }) => incomplete === undefined));
  const hasDefault = ({ place }: ObservedPlace) =>
    complete.some((one) => one.ruleSettings.isDefault === true && isSameListener(one.place, place));
  return ourPlaces(observed).flatMap(([id, at]) => {
    if (!isGuard(at) || hasDefault(at)) return [];
    const beside = standing.find(
      ({ owner, place }) => at.ownerUids.includes(owner.uid) && isSameListener(place, at.place),
    );
    return beside === undefined ? [] : [{ binding: { ...beside, backends: noBackends }, place: at.place, id }];
  });
}
