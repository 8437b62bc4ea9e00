import { existingPlaces, ourPlaces, type ObservedLoadBalancer } from '../model/observed.ts';
import type { Binding } from '../model/binding.ts';
import { readPlaceId, writePlaceId } from '../model/existing-place.ts';
import { ownerKey, type Owner } from '../model/owner.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule, placeKey, transportOf, type Place } from '../model/place.ts';
import type { BalancerRecord } from '../model/record.ts';

/** A place that an owner has, or had a while ago. */
export interface HeldPlace {
  /** slotOf */
  readonly slot: string;
  readonly owner: Owner;
  /** The owner that was first has the smallest: when it was recorded, else when it was created. */
  readonly sinceMs: number;
  /** By a clock that never jumps, when it was first seen not to stand any more; undefined: it stands. */
  readonly leftAtMs: number | undefined;
}

/** Opaque: what only one owner can have at a time, which is a rule, or a port of one transport. */
function slotOf(place: Place): string {
  return isRule(place) ? placeKey(place) : `${transportOf(place.protocol)}/${place.port}`;
}

export function slotOfBinding({ place, existing }: Pick<Binding, 'place' | 'existing'>): string {
  return existing === undefined ? slotOf(place) : writePlaceId(existing);
}

interface When {
  readonly nowMs: number;
  readonly keptMs: number;
  readonly record?: BalancerRecord | undefined;
}

/** What the known owners hold now, and what they left less than `keptMs` ago. */
export function heldPlaces(
  before: readonly HeldPlace[],
  observed: ObservedLoadBalancer,
  owners: readonly OwnerView[],
  { nowMs, keptMs, record }: When,
): readonly HeldPlace[] {
  const now = standingPlaces(observed, owners, record);
  const standing = new Set(now.map(keyOf));
  const gone = before.filter((held) => !standing.has(keyOf(held)));
  const left = gone.map((held) => ({ ...held, leftAtMs: held.leftAtMs ?? nowMs }));
  return [...now, ...left.filter(({ leftAtMs }) => nowMs - leftAtMs < keptMs)];
}

/** What the record says was there or was left: known after a restart too. `wallNowMs`: by the clock of the records. */
export function recordedPlaces(
  record: BalancerRecord | undefined,
  { nowMs, wallNowMs }: { readonly nowMs: number; readonly wallNowMs: number },
): readonly HeldPlace[] {
  return (record?.owners ?? []).flatMap(({ releasedAtMs, recordedAtMs, places, ...owner }) => {
    const leftAtMs = releasedAtMs === undefined ? undefined : nowMs - Math.max(0, wallNowMs - releasedAtMs);
    return places.map((place) => ({ slot: slotOfListener(place), owner, sinceMs: recordedAtMs, leftAtMs }));
  });
}

/** Of a record's place, such as "TCP_SSL/443", or of one that is not ours, such as "lbl-a1b2c3d4". */
function slotOfListener(place: string): string {
  if (readPlaceId(place) !== undefined) return place;
  const [protocol = '', port = ''] = place.split('/');
  return `${transportOf(protocol)}/${port}`;
}

function standingPlaces(
  observed: ObservedLoadBalancer,
  owners: readonly OwnerView[],
  record: BalancerRecord | undefined,
): readonly HeldPlace[] {
  const own = ourPlaces(observed).map(([, { place, ownerUids }]) => ({ slot: slotOf(place), ownerUids }));
  const others = existingPlaces(observed).map(([id, { ownerUids }]) => ({ slot: writePlaceId(id), ownerUids }));
  return [...own, ...others].flatMap(({ slot, ownerUids }) =>
    owners
      .filter(({ uid }) => ownerUids.includes(uid))
      .map((owner) => ({ slot, owner, sinceMs: sinceOf(owner, record), leftAtMs: undefined })),
  );
}

/** An owner that was made again is there since its first record. */
function sinceOf(owner: OwnerView, record: BalancerRecord | undefined): number {
  const own = (record?.owners ?? []).filter((one) => ownerKey(one) === owner.key);
  return own.length === 0 ? owner.createdAtMs : Math.min(...own.map(({ recordedAtMs }) => recordedAtMs));
}

/** An owner that is made again is the same one: it comes back to its own. */
function keyOf({ slot, owner: { kind, namespace, name } }: HeldPlace): string {
  return JSON.stringify([slot, kind, namespace, name]);
}
