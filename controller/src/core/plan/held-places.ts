import { isGuard } from '../model/guard.ts';
import { existingPlaces, ourPlaces, type ObservedLoadBalancer } from '../model/observed.ts';
import { writePlaceId } from '../model/existing-place.ts';
import { ownerKey, type Owner } from '../model/owner.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule, slotOf, type Place } from '../model/place.ts';
import { slotOfRecorded, type BalancerRecord } from '../model/record.ts';
import { isSharedName } from './listener-name.ts';

/** A place that an owner has, or had a while ago. */
export interface HeldPlace {
  /** slotOf */
  readonly slot: string;
  /** Of a rule of a listener that several share. */
  readonly host?: string | undefined;
  readonly owner: Owner;
  /** The owner that was first has the smallest: when it was recorded, else when it was created. */
  readonly sinceMs: number;
  /** By a clock that never jumps, when it was first seen not to stand any more; undefined: it stands. */
  readonly leftAtMs: number | undefined;
}

interface When {
  readonly nowMs: number;
  readonly keptMs: number;
  readonly record?: BalancerRecord | undefined;
  /** askedFor */
  readonly isAsked?: (held: HeldPlace) => boolean;
}

/**
 * What the known owners hold now, and what they left less than `keptMs` ago. A place that is asked for still was not
 * left: perhaps the CLB only refuses it.
 */
export function heldPlaces(
  before: readonly HeldPlace[],
  observed: ObservedLoadBalancer,
  owners: readonly OwnerView[],
  { nowMs, keptMs, record, isAsked = () => false }: When,
): readonly HeldPlace[] {
  const now = standingPlaces(observed, owners, record);
  const standing = new Set(now.map(heldKey));
  const gone = before.filter((held) => !standing.has(heldKey(held)));
  const left = gone.map((held) => ({ ...held, leftAtMs: isAsked(held) ? nowMs : (held.leftAtMs ?? nowMs) }));
  return [...now, ...left.filter(({ leftAtMs }) => nowMs - leftAtMs < keptMs)];
}

/** What the record says was there or was left: known after a restart too. `wallNowMs`: by the clock of the records. */
export function recordedPlaces(
  record: BalancerRecord | undefined,
  { nowMs, wallNowMs }: { readonly nowMs: number; readonly wallNowMs: number },
): readonly HeldPlace[] {
  return (record?.owners ?? []).flatMap(({ releasedAtMs, recordedAtMs, places, ...owner }) => {
    const leftAtMs = releasedAtMs === undefined ? undefined : nowMs - Math.max(0, wallNowMs - releasedAtMs);
    return places.map((place) => ({ slot: slotOfRecorded(place), owner, sinceMs: recordedAtMs, leftAtMs }));
  });
}

function standingPlaces(
  observed: ObservedLoadBalancer,
  owners: readonly OwnerView[],
  record: BalancerRecord | undefined,
): readonly HeldPlace[] {
  const shared = new Set(observed.listeners.filter(({ name }) => isSharedName(name)).map(({ id }) => id));
  const own = ourPlaces(observed).map(([id, { place, ownerUids }]) => {
    return { slot: slotOf(place), host: shared.has(id.listenerId) ? hostOf(place) : undefined, ownerUids };
  });
  const others = existingPlaces(observed).map(([id, { ownerUids }]) => {
    return { slot: writePlaceId(id), host: undefined, ownerUids };
  });
  return [...own, ...others].flatMap(({ ownerUids, ...at }) =>
    owners
      .filter(({ uid }) => ownerUids.includes(uid))
      .map((owner) => ({ ...at, owner, sinceMs: sinceOf(owner, record), leftAtMs: undefined })),
  );
}

function hostOf(place: Place): string | undefined {
  return isRule(place) && !isGuard({ place }) ? place.domain : undefined;
}

/** An owner that was made again is there since its first record. */
function sinceOf(owner: OwnerView, record: BalancerRecord | undefined): number {
  const own = (record?.owners ?? []).filter((one) => ownerKey(one) === owner.key);
  return own.length === 0 ? owner.createdAtMs : Math.min(...own.map(({ recordedAtMs }) => recordedAtMs));
}

/** Opaque, for sets only. An owner that is made again is the same one: it comes back to its own. */
export function heldKey({ slot, owner: { kind, namespace, name } }: Pick<HeldPlace, 'slot' | 'owner'>): string {
  return JSON.stringify([slot, kind, namespace, name]);
}
