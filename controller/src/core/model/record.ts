import { ownerKey, type Owner } from './owner.ts';
import type { ListenerPort } from './place.ts';

/** One owner in the record of one CLB: written before anything is made there for it. */
export interface RecordedOwner extends Owner {
  /** Of several owners the first one has the smallest; one that stood before its record has its creation. */
  readonly recordedAtMs: number;
  /** Its listeners there, and those that it had and asks for still; after its release those that it had. */
  readonly places: readonly ListenerPort[];
  /** When nothing of it was left there; undefined while something may stand. Kept for `releasedKeptMs`. */
  readonly releasedAtMs: number | undefined;
}

/** Who may have something on one CLB, and who had it a moment ago. Only the controller may write it (docs/adr/0015). */
export interface BalancerRecord {
  readonly balancerId: string;
  readonly owners: readonly RecordedOwner[];
}

export interface RecordEntry {
  readonly balancerId: string;
  readonly owner: RecordedOwner;
}

/** How long it is known who had which place: an object that is made again may come back to its own. */
export const releasedKeptMs = 600_000;

/** A ConfigMap takes 1 MiB, and one entry of these bounds has less than 1 kB. An annotation shows a few CLBs. */
export const most = { ownersOfBalancer: 1_000, ownersOfNamespace: 100, placesOfOwner: 50, shown: 8 } as const;

/**
 * What must leave the record for one more owner of this namespace: nothing, or the owner of the same namespace that
 * was released first. undefined: there is no room.
 */
export function roomFor(namespace: string, record: BalancerRecord | undefined): readonly RecordedOwner[] | undefined {
  const all = record?.owners ?? [];
  const own = all.filter((owner) => owner.namespace === namespace);
  if (all.length < most.ownersOfBalancer && own.length < most.ownersOfNamespace) return [];
  const released = own.filter(({ releasedAtMs }) => releasedAtMs !== undefined);
  const [first] = released.toSorted((a, b) => (a.releasedAtMs ?? 0) - (b.releasedAtMs ?? 0));
  return first === undefined ? undefined : [first];
}

/** The places of these listeners as an entry has them: each once, and always in the same order. */
export function placesToRecord(listeners: readonly ListenerPort[]): readonly ListenerPort[] {
  const places = listeners.map(({ protocol, port }) => [describePort({ protocol, port }), { protocol, port }] as const);
  const sorted = [...new Map(places)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.slice(0, most.placesOfOwner).map(([, place]) => place);
}

/** As an entry writes a place: "TCP/80". */
export function describePort({ protocol, port }: ListenerPort): string {
  return `${protocol}/${port}`;
}

export function samePlaces(a: readonly ListenerPort[], b: readonly ListenerPort[]): boolean {
  return a.map(describePort).join() === b.map(describePort).join();
}

export function newEntry(
  { kind, namespace, name, uid }: Owner,
  { recordedAtMs, places }: Pick<RecordedOwner, 'recordedAtMs' | 'places'>,
): RecordedOwner {
  return { kind, namespace, name, uid, recordedAtMs, places, releasedAtMs: undefined };
}

export function keyOfEntry({ owner }: RecordEntry): string {
  return ownerKey(owner);
}

export function isHeld({ owner }: Pick<RecordEntry, 'owner'>): boolean {
  return owner.releasedAtMs === undefined;
}
