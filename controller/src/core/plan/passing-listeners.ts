import type { ObservedListener } from '../model/observed.ts';
import { hasRules, isRule, placeKey } from '../model/place.ts';
import { most } from '../model/record.ts';
import { byAge, type Contender } from './contender.ts';
import type { Claim } from './facts.ts';
import { givesUp, ownerOfListener, type Surroundings } from './hand-over.ts';
import type { PassingListener } from './passing-listener.ts';
import { isUnrecorded } from './recorded.ts';

/** Listeners of one owner each that it wants no longer, and that another owner of its namespace wants. */
export function passingListeners(
  claims: readonly Claim[],
  observed: readonly ObservedListener[],
  around: Surroundings,
): readonly PassingListener[] {
  return observed
    .filter(({ place }) => hasRules(place.protocol))
    .flatMap((listener) => passingListener(listener, claims, around));
}

function passingListener(
  listener: ObservedListener,
  claims: readonly Claim[],
  around: Surroundings,
): readonly PassingListener[] {
  const present = ownerOfListener(listener, around.owners);
  if (present === undefined || !givesUp(present, listener, around)) return [];
  const sameTeam = claims.filter(({ owner }) => owner.namespace === present.namespace);
  const [first] = claimants(listener, sameTeam);
  if (first === undefined) return [];
  const { uid } = first.owner;
  const own = claimants(listener, sameTeam).filter(({ owner }) => owner.uid === uid);
  const rules = listener.rules.filter(({ isOurs }) => isOurs);
  // More would not fit into the entry of one owner.
  if (
    new Set([...rules, ...own.map(({ binding }) => binding)].map(({ place }) => placeKey(place))).size >
    most.rulesOfOwner
  )
    return [];
  const isRecorded =
    own.some(({ binding }) => !isUnrecorded(binding)) &&
    rules.every(({ recordedUids = [] }) => recordedUids.includes(uid));
  return [{ listenerId: listener.id, to: uid, rules: rules.map(({ place }) => place), isRecorded }];
}

/** The oldest first; also those whose rules are about to be recorded. */
function claimants({ place }: ObservedListener, claims: readonly Claim[]): readonly Contender[] {
  const all = claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding })));
  const here = all.filter(
    ({ binding: one }) =>
      isRule(one.place) &&
      one.hasOwnListener === true &&
      one.place.port === place.port &&
      one.place.protocol === place.protocol,
  );
  return here.filter(({ binding }) => binding.incomplete === undefined || isUnrecorded(binding)).toSorted(byAge);
}
