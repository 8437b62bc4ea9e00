import type { Binding } from '../model/binding.ts';
import { writePlaceId } from '../model/existing-place.ts';
import { isGuard } from '../model/guard.ts';
import { existingPlaces, ourPlaces, type ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey, slotOfPort } from '../model/place.ts';
import { most, slotOfRecorded, type BalancerRecord } from '../model/record.ts';
import { byAge, type Contender } from './contender.ts';
import type { Claim } from './facts.ts';
import type { Memory } from './memory.ts';
import type { Scope } from './scope.ts';

/** What is known of the CLB. */
interface Known {
  readonly observed: ObservedLoadBalancer;
  readonly memory: Pick<Memory, 'replaced'>;
  readonly record: BalancerRecord | undefined;
}

/**
 * Anybody may name any CLB, with hundreds of ports in each object: of each namespace a bounded number of places is
 * judged, and the owners of the others are told. What stands, is recorded or comes back counts in any case, so that
 * nothing is taken away.
 */
export function boundedScope(scope: Scope, known: Known): Scope {
  const all = [...contendersIn(scope.claims, 0), ...contendersIn(scope.pending, 1)];
  const crowded = [...Map.groupBy(all, ({ owner }) => owner.namespace).values()].filter(
    (some) => some.length > most.placesOfNamespace,
  );
  if (crowded.length === 0) return scope;
  const names = namesOf(known);
  const left = crowded.flatMap((some) => withoutRoom(some, names));
  const bindings = new Set(left.map(({ binding }) => binding));
  const within = (claim: Claim) => ({ ...claim, bindings: claim.bindings.filter((one) => !bindings.has(one)) });
  return {
    ...scope,
    claims: scope.claims.map(within),
    pending: scope.pending.map(within),
    crowded: new Set([...(scope.crowded ?? []), ...left.map(({ owner }) => owner.uid)]),
  };
}

interface Ranked extends Contender {
  /** Who is recorded comes before who waits for that. */
  readonly rank: number;
}

function contendersIn(claims: readonly Claim[], rank: number): readonly Ranked[] {
  return claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding, rank })));
}

function withoutRoom(some: readonly Ranked[], names: ReadonlySet<string>): readonly Contender[] {
  const others = some.filter((one) => !isKept(one, names));
  const room = Math.max(0, most.placesOfNamespace - (some.length - others.length));
  return others.toSorted((a, b) => a.rank - b.rank || byAge(a, b)).slice(room);
}

/** One that is incomplete keeps all that its owner has at its port. */
function isKept({ owner: { uid }, binding }: Contender, names: ReadonlySet<string>): boolean {
  const { place, existing, incomplete } = binding;
  if (existing !== undefined) return names.has(nameFor(uid, writePlaceId(existing)));
  if (isGuard({ place })) return true;
  if (names.has(nameFor(uid, placeKey(place))) || names.has(nameFor('', placeKey(place)))) return true;
  return (isAlone(binding) || incomplete !== undefined) && names.has(nameFor(uid, slotOfPort(place)));
}

/** Only one owner has its listener. */
function isAlone({ place, hasOwnListener }: Binding): boolean {
  return !isRule(place) || hasOwnListener === true;
}

/** What each owner has. A rule that nobody is known to have may be that of an owner whose record was lost. */
function namesOf({ observed, memory, record }: Known): ReadonlySet<string> {
  const own = ourPlaces(observed).flatMap(([, { place, ownerUids }]) => [
    ...(ownerUids.length === 0 ? [nameFor('', placeKey(place))] : []),
    ...ownerUids.flatMap((uid) => [nameFor(uid, placeKey(place)), nameFor(uid, slotOfPort(place))]),
  ]);
  const listeners = observed.listeners.flatMap(({ place, ownerUids }) =>
    ownerUids.map((uid) => nameFor(uid, slotOfPort(place))),
  );
  const others = existingPlaces(observed).flatMap(([id, { ownerUids }]) =>
    ownerUids.map((uid) => nameFor(uid, writePlaceId(id))),
  );
  const gone = memory.replaced.map(({ ownerUid, listener }) => nameFor(ownerUid, slotOfPort(listener.place)));
  const recorded = (record?.owners ?? []).flatMap(({ uid, places, rules = [] }) => [
    ...places.map((place) => nameFor(uid, slotOfRecorded(place))),
    ...rules.map((place) => nameFor(uid, placeKey(place))),
  ]);
  return new Set([...own, ...listeners, ...others, ...gone, ...recorded]);
}

function nameFor(uid: string, place: string): string {
  return `${uid} ${place}`;
}
