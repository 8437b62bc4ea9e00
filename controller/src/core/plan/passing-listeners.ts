import type { ObservedListener } from '../model/observed.ts';
import { hasRules, isRule, isSameListener, placeKey, type ListenerPlace, type Place } from '../model/place.ts';
import { most } from '../model/record.ts';
import { byAge, type Contender } from './contender.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { Claim } from './facts.ts';
import { givesUp, ownerOfListener, type Surroundings } from './hand-over.ts';
import { isSharedName } from './listener-name.ts';
import type { PassingListener } from './passing-listener.ts';
import { isUnrecorded } from './recorded.ts';

/**
 * Listeners with rules that nobody wants who has them, and that another owner of their namespace wants: a Service for a
 * listener of its own, or an Ingress for one that others may share.
 */
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
  const present = presentOwners(listener, around.owners);
  const [namespace, ...others] = new Set(present.map((one) => one.namespace));
  if (namespace === undefined || others.length > 0) return [];
  if (!present.every((one) => givesUp(one, listener, around))) return [];
  const all = claimants(listener, claims);
  // Who shares a listener by rules needs no other name of it.
  if (isSharedName(listener.name) && all.some(({ binding }) => binding.hasOwnListener !== true)) return [];
  const sameTeam = all.filter((one) => one.owner.namespace === namespace && mayTake(one, listener));
  return sameTeam.length === 0 ? [] : passToOldest(sameTeam, listener);
}

/** `contenders`: the oldest first. */
function passToOldest(contenders: readonly Contender[], listener: ObservedListener): readonly PassingListener[] {
  const uid = contenders[0]?.owner.uid ?? '';
  const own = contenders.filter(({ owner }) => owner.uid === uid);
  const rules = listener.rules.filter(({ isOurs }) => isOurs);
  const all = new Set([...rules, ...own.map(({ binding }) => binding)].map(({ place }) => placeKey(place)));
  // More would not fit into the entry of one owner.
  if (all.size > most.rulesOfOwner) return [];
  const isRecorded =
    own.some(({ binding }) => !isUnrecorded(binding)) &&
    rules.every(({ recordedUids = [] }) => recordedUids.includes(uid));
  return [{ listenerId: listener.id, to: uid, rules: rules.map(({ place }) => place), isRecorded }];
}

/** Whoever has the listener, or rules on one that is shared; none if not all of them are known. */
export function presentOwners(listener: ObservedListener, owners: readonly OwnerView[]): readonly OwnerView[] {
  if (!isSharedName(listener.name)) return owners.filter((one) => one === ownerOfListener(listener, owners));
  const uids = new Set(listener.rules.flatMap(({ isOurs, ownerUids }) => (isOurs ? ownerUids : [])));
  const known = owners.filter(({ uid }) => uids.has(uid));
  // The record names rules for who waits for them too.
  return known.length === uids.size ? known.filter((one) => !wantsAlone(one, listener)) : [];
}

function wantsAlone({ bindings }: OwnerView, { place }: ObservedListener): boolean {
  return bindings.some((one) => one.hasOwnListener === true && isAt(one.place, place));
}

/** Where certificates are those of the listener, handshakes would fail while its rules get theirs. */
function mayTake({ binding }: Contender, { place, settings }: ObservedListener): boolean {
  return binding.hasOwnListener === true || place.protocol === 'HTTP' || settings.sniSwitch === true;
}

function isAt(place: Place, listener: ListenerPlace): boolean {
  return isRule(place) && isSameListener(place, listener);
}

/** The oldest first; also those whose rules are about to be recorded. */
function claimants({ place }: ObservedListener, claims: readonly Claim[]): readonly Contender[] {
  const all = claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding })));
  const here = all.filter(({ binding }) => isAt(binding.place, place));
  return here.filter(({ binding }) => binding.incomplete === undefined || isUnrecorded(binding)).toSorted(byAge);
}
