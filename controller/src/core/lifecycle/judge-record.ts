import { balancerIdOf } from '../model/balancer-ref.ts';
import { isFreeOf, type BalancerState, type PolicyVerdict } from '../model/balancer-state.ts';
import { slotOfBinding } from '../model/binding.ts';
import type { Owner } from '../model/owner.ts';
import type { OwnerView } from '../model/owner-view.ts';
import {
  isHeld,
  hasLettersFor,
  most,
  newEntry,
  placesToRecord,
  releasedKeptMs,
  roomFor,
  slotOfRecorded,
  type BalancerRecord,
  type RecordedOwner,
  type RecordEntry,
} from '../model/record.ts';
import { detailsSeen } from './details-seen.ts';
import { detailsKey, recordDetails, withoutMore, type RecordDetails } from './record-details.ts';

/** What the life-cycle loop knows of the records of one ownerKey. */
export interface RecordFacts {
  /** The object that has this key now. */
  readonly owner: OwnerView | undefined;
  /** Also those of objects that had this key before. */
  readonly entries: readonly RecordEntry[];
  /** isLetGo: its entries go, so that nothing of what stays is ever taken for something to remove. */
  readonly isLetGo: boolean;
  /** Ids of the CLBs that the owner wants to be on. */
  readonly wanted: readonly string[];
  /** Of a CLB that was looked at. */
  readonly stateOf: (balancerId: string) => BalancerState | undefined;
  /** Ids of the CLBs where the last look saw something of this owner. */
  readonly standingOn: readonly string[];
  readonly recordOf: (balancerId: string) => BalancerRecord | undefined;
  /** By the API server's clock. */
  readonly nowMs: number;
}

export type RecordWrite =
  | ({ readonly kind: 'put' } & RecordEntry)
  | { readonly kind: 'remove'; readonly balancerId: string; readonly uid: string };

export interface RecordPlan {
  readonly writes: readonly RecordWrite[];
  /** Ids of the CLBs where the owner may have something once the writes are done. */
  readonly heldBalancers: readonly string[];
  /** Ids of the wanted CLBs whose record has no room. */
  readonly full: readonly string[];
  /** When an entry is dropped. */
  readonly dueInMs: number | undefined;
}

/**
 * An entry is written only for a CLB that a look has seen, where the policy allows the owner a place, and before
 * anything is made there: whoever is denied fills no record. It counts until a look sees nothing of the owner, whether
 * the object still exists or not. A listener that stands without an entry gets one: its name is proof.
 */
export function judgeRecord(facts: RecordFacts): RecordPlan {
  const verdicts = facts.entries.map((entry) => forgotten(entry, facts) ?? judgeEntry(entry, facts));
  const additions = missingBalancers(facts).map((id) => addition(id, facts));
  const writes = [...verdicts, ...additions].flatMap((verdict) => verdict.writes);
  const waits = verdicts.flatMap(({ dueInMs }) => dueInMs ?? []);
  return {
    writes,
    heldBalancers: [...[...verdicts, ...additions].flatMap(({ held }) => held ?? []), ...unjudged(facts)],
    full: [...[...verdicts, ...additions].flatMap(({ full }) => full ?? []), ...crowdedOn(facts)],
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

interface Verdict {
  readonly writes: readonly RecordWrite[];
  readonly held?: string | undefined;
  readonly full?: string;
  readonly dueInMs?: number;
}

function forgotten({ balancerId, owner: { uid } }: RecordEntry, { owner, isLetGo }: RecordFacts): Verdict | undefined {
  return isLetGo && owner?.uid === uid ? { writes: [{ kind: 'remove', balancerId, uid }] } : undefined;
}

function judgeEntry(entry: RecordEntry, facts: RecordFacts): Verdict {
  const { balancerId, owner } = entry;
  const state = facts.stateOf(balancerId);
  const held = facts.owner?.uid === owner.uid ? balancerId : undefined;
  const verdict = verdictOn(entry, facts);
  const stays = { held, ...refreshed(entry, facts) };
  if (!isHeld(entry)) {
    const isBack = verdict === 'allowed' || state?.ownerUids.has(owner.uid) === true;
    return isBack ? stays : released(entry, facts.nowMs);
  }
  if (verdict !== 'denied') return stays;
  return isFreeOf(state, owner.uid) ? letGo(entry, facts.nowMs) : { held, writes: [] };
}

/** Who wants nothing there is as one that is denied; undefined: no look knew of the claim yet. */
function verdictOn(entry: RecordEntry, facts: RecordFacts): PolicyVerdict | undefined {
  const wanting = wantingOwner(entry, facts);
  return wanting === undefined ? 'denied' : facts.stateOf(entry.balancerId)?.verdicts.get(wanting.uid);
}

/** The owner of an entry, if it wants to be on that CLB. */
function wantingOwner({ balancerId, owner: { uid } }: RecordEntry, { owner, wanted }: RecordFacts) {
  return owner?.uid === uid && wanted.includes(balancerId) ? owner : undefined;
}

/** Where it never had anything, there is nothing to keep for it. */
function letGo({ balancerId, owner }: RecordEntry, nowMs: number): Verdict {
  if (owner.places.length === 0) return { writes: [{ kind: 'remove', balancerId, uid: owner.uid }] };
  return { writes: [put(balancerId, { ...owner, releasedAtMs: nowMs })], dueInMs: releasedKeptMs };
}

/** Back from a release, or with other listeners, rules or wishes than before. What it asks for still stays its own. */
function refreshed(entry: RecordEntry, facts: RecordFacts): Pick<Verdict, 'writes' | 'full'> {
  const { balancerId, owner } = entry;
  const state = facts.stateOf(balancerId);
  const asking = facts.owner?.uid === owner.uid ? facts.owner : undefined;
  const places = state?.phase === 'seen' ? placesNow(entry, owner.places, { state, asking }) : owner.places;
  const { rules, redirects, hasSessions, refusedWishes, ...base } = owner;
  const before = { rules, redirects, hasSessions, refusedWishes };
  const asked = detailsNow(entry, before, facts);
  const now = { ...base, ...asked, places, releasedAtMs: undefined };
  const fits = hasLettersFor(now, facts.recordOf(balancerId));
  const details = fits ? asked : withoutMore(asked, before);
  const isSame = places.join() === owner.places.join() && detailsKey(details) === detailsKey(before);
  return {
    writes: isHeld(entry) && isSame ? [] : [put(balancerId, { ...base, ...details, places, releasedAtMs: undefined })],
    ...(detailsKey(details) === detailsKey(asked) ? {} : { full: balancerId }),
  };
}

function detailsNow(entry: RecordEntry, before: RecordDetails, facts: RecordFacts): RecordDetails {
  const { balancerId } = entry;
  const owner = wantingOwner(entry, facts);
  return owner === undefined ? before : recordDetails({ balancerId, owner, before, state: facts.stateOf(balancerId) });
}

function released({ balancerId, owner }: RecordEntry, nowMs: number): Verdict {
  const dueInMs = (owner.releasedAtMs ?? 0) + releasedKeptMs - nowMs;
  if (dueInMs > 0) return { writes: [], dueInMs };
  return { writes: [{ kind: 'remove', balancerId, uid: owner.uid }] };
}

function missingBalancers(facts: RecordFacts): readonly string[] {
  const { owner, isLetGo, wanted, standingOn, stateOf } = facts;
  if (owner === undefined || isLetGo) return [];
  const known = new Set(entriesOf(owner, facts).map(({ balancerId }) => balancerId));
  const allowed = wanted.filter((id) => stateOf(id)?.verdicts.get(owner.uid) === 'allowed');
  return [...new Set([...standingOn, ...allowed])].filter((id) => !known.has(id));
}

/** Its entry may be lost, and no look knew of its claim yet: until then its finalizer and its annotation stay. */
function unjudged(facts: RecordFacts): readonly string[] {
  const { owner, isLetGo, wanted, stateOf } = facts;
  if (owner?.hasFinalizer !== true || isLetGo) return [];
  const missing = new Set(wanted).difference(new Set(entriesOf(owner, facts).map(({ balancerId }) => balancerId)));
  return [...missing].filter((id) => hadEntry(id, owner) && stateOf(id)?.verdicts.get(owner.uid) === undefined);
}

function crowdedOn({ owner, wanted, stateOf }: RecordFacts): readonly string[] {
  return owner === undefined ? [] : wanted.filter((id) => stateOf(id)?.crowded?.has(owner.uid) === true);
}

function entriesOf({ uid }: OwnerView, { entries }: RecordFacts): readonly RecordEntry[] {
  return entries.filter((entry) => entry.owner.uid === uid);
}

function addition(id: string, { owner, entries, stateOf, recordOf, nowMs }: RecordFacts): Verdict {
  if (owner === undefined) return { writes: [] };
  const leaving = roomFor(owner.namespace, recordOf(id));
  if (leaving === undefined) return { writes: [], full: id };
  const state = stateOf(id);
  const standing = state === undefined ? [] : placesIn(state, owner.uid);
  // An object that is made again is there since its first record, and had what it had then.
  const before = entries.filter(({ balancerId }) => balancerId === id).map((entry) => entry.owner);
  const had = before.flatMap((one) => one.places);
  const places = placesNow({ balancerId: id, owner }, had, { state, asking: owner });
  const since = before.map(({ recordedAtMs }) => recordedAtMs);
  const recordedAtMs = Math.min(standing.length > 0 ? owner.createdAtMs : nowMs, ...since);
  const isLost = hadEntry(id, owner) || isFoundAgain(id, owner);
  const seen = state === undefined ? {} : detailsSeen(state, owner.uid);
  const details = recordDetails({ balancerId: id, owner, before: seen, state, isLost });
  const entry = newEntry(owner, { recordedAtMs, places, ...details });
  // What stands must be recorded in any case.
  if (standing.length === 0 && !hasLettersFor(entry, recordOf(id))) return { writes: [], full: id };
  const removals = leaving.map((one): RecordWrite => ({ kind: 'remove', balancerId: id, uid: one.uid }));
  return { held: id, writes: [...removals, put(id, entry)] };
}

/**
 * The annotation is written after the entry and before anything is made there, and an uninstall leaves it: whoever has
 * it may have rules there, and nobody else has.
 */
function hadEntry(balancerId: string, { shownBalancers }: OwnerView): boolean {
  return shownBalancers.includes(balancerId);
}

/** Its tags name the owner, and nobody else may have anything there: what stands was recorded for it once. */
function isFoundAgain(balancerId: string, { owned }: OwnerView): boolean {
  return owned?.isFound === true && owned.balancerId === balancerId;
}

function placesIn({ observed, used }: BalancerState, uid: string): readonly string[] {
  const own = (observed?.listeners ?? []).filter(
    ({ ownerUids, others }) => others === undefined && ownerUids.includes(uid),
  );
  return placesToRecord(
    own.map(({ place }) => place),
    used.get(uid),
  );
}

interface Now {
  readonly state: BalancerState | undefined;
  /** The object as it is, unless it is gone. */
  readonly asking: OwnerView | undefined;
}

/** What stands, and of what stood `before` that for which the owner still asks: perhaps the CLB only refuses it. */
function placesNow(
  { balancerId, owner }: { readonly balancerId: string; readonly owner: Pick<Owner, 'uid'> },
  before: readonly string[],
  { state, asking }: Now,
): readonly string[] {
  const standing = state === undefined ? [] : placesIn(state, owner.uid);
  const here = (asking?.bindings ?? []).filter(({ balancer }) => balancerIdOf(balancer) === balancerId);
  const asked = new Set(here.map(slotOfBinding));
  for (const place of standing) asked.delete(slotOfRecorded(place));
  const refused = before.filter((place) => asked.has(slotOfRecorded(place)));
  return [...new Set([...standing, ...refused])].slice(0, most.placesOfOwner);
}

function put(balancerId: string, owner: RecordedOwner): RecordWrite {
  return { kind: 'put', balancerId, owner };
}
