import type { Binding } from '../core/model/binding.ts';
import type { OwnerIndex, RecordIndex, Unsearched } from '../core/model/cluster-port.ts';
import { readPlaceId } from '../core/model/existing-place.ts';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import { ownerKey, type Owner } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { placeKey } from '../core/model/place.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { isHeld, keyOfEntry, type BalancerRecord, type RecordEntry } from '../core/model/record.ts';
import { isSameValue } from '../core/model/same-value.ts';
import { goneOwner, isServed, type Recorded } from './bare-owner.ts';
import { IndexedOwners } from './indexed-owners.ts';
import { KeyedIndex } from './keyed-index.ts';

type OwnerChange = (now: OwnerView | undefined, before: OwnerView | undefined) => void;

/**
 * Joins what objects say with what is recorded of them. An owner that only a record knows is an owner too: it wants
 * nothing, so what it has is let go.
 */
export class OwnersWithRecords implements OwnerIndex, RecordIndex {
  readonly #index = new IndexedOwners();
  /** By ownerKey: owners as their objects say, without the records. */
  readonly #read = new Map<string, OwnerView>();
  readonly #records = new Map<string, BalancerRecord>();
  /** By UID of the owner. */
  readonly #owned = new Map<string, OwnedBalancer>();
  /** Of CLBs that their owners have left. By UID of the owner. */
  readonly #left = new Map<string, OwnedBalancer>();
  readonly #ownedByKey = new KeyedIndex<OwnedBalancer>(({ owner }) => [ownerKey(owner)]);
  readonly #ownedById = new KeyedIndex<OwnedBalancer>(({ balancerId }) =>
    balancerId === undefined ? [] : [balancerId],
  );
  readonly #entries = new KeyedIndex<RecordEntry>((entry) => [keyOfEntry(entry)]);
  readonly #onChange: OwnerChange;
  #unsearched: Unsearched = 'all';

  /** `onChange` is called with each change of an owner, after it is in the indexes. */
  constructor(onChange: OwnerChange) {
    this.#onChange = onChange;
  }

  putOwner(key: string, now: OwnerView | undefined): void {
    if (now === undefined) this.#read.delete(key);
    else this.#read.set(key, now);
    this.#rejoin(key);
  }

  putRecord(balancerId: string, now: BalancerRecord | undefined): void {
    const before = this.#records.get(balancerId);
    const owners = changedOwners(now, before);
    const gone = owners.filter((owner) => !this.#exists(owner)).map((owner) => [owner, this.#goneView(owner)] as const);
    this.#replaceRecord(balancerId, now, before);
    for (const key of new Set(owners.map(ownerKey))) if (!this.#rejoin(key)) this.#tellRecorded(key);
    for (const [owner, viewBefore] of gone) this.#onChange(this.#goneView(owner), viewBefore);
  }

  /** The record of the CLB that is made for the owner with this UID. */
  putOwned(uid: string, read: OwnedBalancer | undefined): void {
    if (read?.isLeft === true) this.#left.set(uid, read);
    else this.#left.delete(uid);
    this.#putHeld(uid, read?.isLeft === true ? undefined : read);
  }

  #putHeld(uid: string, now: OwnedBalancer | undefined): void {
    const before = this.#owned.get(uid);
    const owner = (now ?? before)?.owner;
    if (owner === undefined) return;
    const goneBefore = this.#exists(owner) ? undefined : this.#goneView(owner);
    if (now === undefined) this.#owned.delete(uid);
    else this.#owned.set(uid, now);
    for (const index of [this.#ownedByKey, this.#ownedById]) index.put(uid, now, before);
    if (this.#exists(owner)) this.#rejoin(ownerKey(owner));
    else this.#onChange(this.#goneView(owner), goneBefore);
  }

  ownedOf(key: string): readonly OwnedBalancer[] {
    return this.#ownedByKey.get(key);
  }

  ownedAt(balancerId: string): OwnedBalancer | undefined {
    return this.#ownedById.get(balancerId)[0];
  }

  ownedBalancers(): Iterable<OwnedBalancer> {
    return this.#owned.values();
  }

  leftBalancers(): Iterable<OwnedBalancer> {
    return this.#left.values();
  }

  owners(): Iterable<OwnerView> {
    return this.#index.owners();
  }

  owner(key: string): OwnerView | undefined {
    return this.#index.owner(key);
  }

  ownersOn(balancerId: string): readonly OwnerView[] {
    const recorded = this.#records.get(balancerId)?.owners ?? [];
    const gone = recorded.filter((owner) => !this.#exists(owner)).map((owner) => this.#goneView(owner));
    const held = gone.filter((view) => view?.recordedBalancers.includes(balancerId) === true);
    return [...this.#index.ownersOn(balancerId), ...held.filter((view) => view !== undefined)];
  }

  ownersSelecting(pod: PodView): readonly OwnerView[] {
    return this.#index.ownersSelecting(pod);
  }

  ownersListing(ip: string): readonly OwnerView[] {
    return this.#index.ownersListing(ip);
  }

  ownersReferringTo(reference: ObjectReference): readonly OwnerView[] {
    return this.#index.ownersReferringTo(reference);
  }

  recordOf(balancerId: string): BalancerRecord | undefined {
    return this.#records.get(balancerId);
  }

  recordEntriesOf(key: string): readonly RecordEntry[] {
    return this.#entries.get(key);
  }

  *recordEntries(): Iterable<RecordEntry> {
    for (const { balancerId, owners } of this.#records.values()) {
      for (const owner of owners) yield { balancerId, owner };
    }
  }

  unsearched(): Unsearched {
    return this.#unsearched;
  }

  setUnsearched(unsearched: Unsearched): void {
    this.#unsearched = unsearched;
    for (const key of this.#read.keys()) this.#rejoin(key);
  }

  #exists({ uid, ...owner }: Owner): boolean {
    return this.#read.get(ownerKey(owner))?.uid === uid;
  }

  /** Whether it is another owner now. */
  #rejoin(key: string): boolean {
    const before = this.#index.owner(key);
    const read = this.#read.get(key);
    const now = read === undefined ? undefined : this.#joined(read);
    if (isSameValue(now, before)) return false;
    this.#index.put(now, before);
    this.#onChange(now, before);
    return true;
  }

  /** What a record says besides, as that sessions were switched on, is waited for too. */
  #tellRecorded(key: string): void {
    const owner = this.#index.owner(key);
    if (owner !== undefined) this.#onChange(owner, owner);
  }

  #joined(view: OwnerView): OwnerView {
    const held = this.#heldBy(view);
    const { recordedBalancers, owned, ...recorded } = held;
    const mark = view.isUnread === true && isServed(view, held) ? 'ours' : view.mark;
    const shown = view.hasFinalizer ? view.shownBalancers.filter((id) => !recordedBalancers.includes(id)) : [];
    const unproven = shown.filter((id) => this.#unsearched === 'all' || this.#unsearched.has(id));
    const made = (all: readonly Binding[]) =>
      owned?.balancerId === undefined ? all : all.map((one) => madeFor(one, owned));
    const bindings = made(view.bindings);
    const guards = made(view.guards ?? []);
    return { ...view, mark, bindings, guards, recordedBalancers, ...recorded, unprovenBalancers: unproven, owned };
  }

  #goneView(owner: Owner): OwnerView | undefined {
    const held = this.#heldBy(owner);
    return held.recordedBalancers.length === 0 && held.owned === undefined ? undefined : goneOwner(owner, held);
  }

  #heldBy(owner: Owner): Recorded {
    const own = this.#entries.get(ownerKey(owner)).filter((entry) => entry.owner.uid === owner.uid);
    const held = own.filter(isHeld);
    const places = held.flatMap((entry) => entry.owner.places).filter((text) => readPlaceId(text) !== undefined);
    const rules = held.flatMap(({ balancerId, owner: { rules: own = [] } }) =>
      own.map((rule) => `${balancerId} ${placeKey(rule)}`),
    );
    return {
      recordedRules: rules.toSorted(),
      recordedBalancers: held.map(({ balancerId }) => balancerId).toSorted(),
      recordedPlaces: places.toSorted(),
      owned: this.#owned.get(owner.uid),
    };
  }

  #replaceRecord(balancerId: string, now: BalancerRecord | undefined, before: BalancerRecord | undefined): void {
    for (const owner of before?.owners ?? [])
      this.#entries.put(entryKey(balancerId, owner), undefined, { balancerId, owner });
    for (const owner of now?.owners ?? [])
      this.#entries.put(entryKey(balancerId, owner), { balancerId, owner }, undefined);
    if (now === undefined) this.#records.delete(balancerId);
    else this.#records.set(balancerId, now);
  }
}

function madeFor(binding: Binding, { balancerId: id }: OwnedBalancer): Binding {
  const { balancer } = binding;
  return balancer.kind === 'owned' ? { ...binding, balancer: { ...balancer, id } } : binding;
}

function entryKey(balancerId: string, { uid }: Owner): string {
  return `${balancerId} ${uid}`;
}

/** Those that are in one record only, or differ, each once. */
function changedOwners(now: BalancerRecord | undefined, before: BalancerRecord | undefined): readonly Owner[] {
  const [after, earlier] = [byUid(now), byUid(before)];
  const all = [...new Map([...earlier, ...after]).values()];
  return all.filter(({ uid }) => !isSameValue(after.get(uid), earlier.get(uid)));
}

function byUid(record: BalancerRecord | undefined): ReadonlyMap<string, Owner> {
  return new Map((record?.owners ?? []).map((owner) => [owner.uid, owner]));
}
