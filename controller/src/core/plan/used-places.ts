import { balancerIdOf } from '../model/balancer-ref.ts';
import { readPlaceId, writePlaceId } from '../model/existing-place.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { placeIdKey, type PlaceId } from '../model/place.ts';

/**
 * By `writePlaceId`: places of listeners that somebody else made, with the UIDs of the owners whose record names them.
 */
export type UsedPlaces = ReadonlyMap<string, readonly string[]>;

/** Those that an owner names now, or that a record names until the owner's targets have left. */
export function usedPlaces(balancerId: string, owners: readonly OwnerView[]): UsedPlaces {
  const named = owners.flatMap(({ bindings }) =>
    bindings.flatMap(({ existing, balancer }) =>
      existing === undefined || balancerIdOf(balancer) !== balancerId ? [] : [writePlaceId(existing)],
    ),
  );
  const recorded = owners.flatMap(({ uid, recordedPlaces }) => recordedPlaces.map((text) => ({ text, uid })));
  const uids = Map.groupBy(recorded, ({ text }) => text);
  const all = new Set([...named, ...uids.keys()]);
  return new Map([...all].map((text) => [text, (uids.get(text) ?? []).map(({ uid }) => uid)]));
}

/** By owner UID. */
type Uses = ReadonlyMap<string, readonly PlaceId[]>;

/**
 * Whether an owner has nothing any more at a place that it used. Nobody looks there again, so that only a look may say
 * so: what was only confirmed may still stand.
 */
export function letsGo(before: Uses | undefined, now: Uses): boolean {
  return [...(before ?? [])].some(([uid, ids]) => {
    const kept = new Set(now.get(uid)?.map(placeIdKey));
    return ids.some((id) => !kept.has(placeIdKey(id)));
  });
}

/** Whether one of the places is of this listener. */
export function usesListener(used: UsedPlaces, listenerId: string): boolean {
  return [...used.keys()].some((text) => readPlaceId(text)?.listenerId === listenerId);
}
