import { readPlaceId, writePlaceId } from './existing-place.ts';
import { ownerKey, type Owner } from './owner.ts';
import { slotOfPort, type ListenerPort, type PlaceId, type RulePlace } from './place.ts';

/** One owner in the record of one CLB: written before anything is made there for it. */
export interface RecordedOwner extends Owner {
  /** Of several owners the first one has the smallest; one that stood before its record has its creation. */
  readonly recordedAtMs: number;
  /**
   * Its listeners there, such as "TCP/80", and the places of others that it uses, such as "lbl-a1b2c3d4", also those
   * that it had and asks for still; after its release those that it had.
   */
  readonly places: readonly string[];
  /** Its rules there. A rule is made only when it is in the record: nothing else proves whose it is. */
  readonly rules?: readonly RulePlace[] | undefined;
  /** Those of its rules where a redirect may stand that is ours. Any other one is a person's. */
  readonly redirects?: readonly RulePlace[] | undefined;
  /** Its spec.sessionAffinity was "ClientIP" and may still be in effect there: so it is ours to switch off. */
  readonly hasSessions?: true | undefined;
  /** Wishes for another listener at its port that the CLB refused, so that the old one stays: see `wishAt`. */
  readonly refusedWishes?: readonly string[] | undefined;
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

/** A ConfigMap takes 1 MiB: an entry without rules has less than 1 kB. An annotation shows a few CLBs. */
export const most = {
  ownersOfBalancer: 1_000,
  ownersOfNamespace: 100,
  /** Of all its rules in one record: no namespace fills it, and the others can always write theirs. */
  lettersOfNamespace: 200_000,
  /** Of all objects of a namespace that name one CLB as many ports and rules are judged: no quota is so large. */
  placesOfNamespace: 2_000,
  placesOfOwner: 50,
  hostsOfOwner: 20,
  rulesOfOwner: 100,
  /** One for each of its listeners. */
  guardsOfOwner: 20,
  shown: 8,
} as const;

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

/** Whether the record takes the entry instead of the one that it has of this owner, or of none. */
export function hasLettersFor(entry: RecordedOwner, record: BalancerRecord | undefined): boolean {
  const others = (record?.owners ?? []).filter(({ namespace, uid }) => {
    return namespace === entry.namespace && uid !== entry.uid;
  });
  const all = [entry, ...others].map(lettersOf);
  return all.reduce((sum, letters) => sum + letters, 0) <= most.lettersOfNamespace;
}

/** With the protocol, the port and the signs around them. */
function lettersOf({ rules = [], redirects = [] }: Pick<RecordedOwner, 'rules' | 'redirects'>): number {
  return [...rules, ...redirects].reduce((sum, { domain, url }) => sum + domain.length + url.length + 16, 0);
}

/** The places of these listeners, and those that are not ours, as an entry names them. */
export function placesToRecord(
  listeners: readonly ListenerPort[],
  existing: readonly PlaceId[] = [],
): readonly string[] {
  const places = listeners.map(({ protocol, port }) => `${protocol}/${port}`);
  // They come first: targets are registered there only while the record says so.
  return [...existing.map(writePlaceId).toSorted(), ...places.toSorted()].slice(0, most.placesOfOwner);
}

/** slotOfBinding, of a place as an entry names it. */
export function slotOfRecorded(place: string): string {
  if (readPlaceId(place) !== undefined) return place;
  const [protocol = '', port = ''] = place.split('/');
  return slotOfPort({ protocol, port: Number(port) });
}

export function newEntry(
  { kind, namespace, name, uid }: Owner,
  entry: Pick<RecordedOwner, 'recordedAtMs' | 'places' | 'rules' | 'redirects' | 'hasSessions' | 'refusedWishes'>,
): RecordedOwner {
  return { kind, namespace, name, uid, ...entry, releasedAtMs: undefined };
}

export function keyOfEntry({ owner }: RecordEntry): string {
  return ownerKey(owner);
}

export function isHeld({ owner }: Pick<RecordEntry, 'owner'>): boolean {
  return owner.releasedAtMs === undefined;
}
