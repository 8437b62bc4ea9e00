import { isFreeOf, type BalancerState } from '../model/balancer-state.ts';
import type { OwnerView } from '../model/owner-view.ts';
import {
  isHeld,
  newEntry,
  placesToRecord,
  releasedKeptMs,
  roomFor,
  type BalancerRecord,
  type RecordedOwner,
  type RecordEntry,
} from '../model/record.ts';

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
  /** The CLBs that were looked at. */
  readonly states: readonly BalancerState[];
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
 * An entry is written only for a CLB that a look has seen, and before anything is made there. It counts until a look
 * sees nothing of the owner, whether the object still exists or not. A listener that stands without an entry gets one:
 * its name is proof.
 */
export function judgeRecord(facts: RecordFacts): RecordPlan {
  const verdicts = facts.entries.map((entry) => forgotten(entry, facts) ?? judgeEntry(entry, facts));
  const additions = missingBalancers(facts).map((id) => addition(id, facts));
  const writes = [...verdicts, ...additions].flatMap((verdict) => verdict.writes);
  const waits = verdicts.flatMap(({ dueInMs }) => dueInMs ?? []);
  return {
    writes,
    heldBalancers: [...verdicts, ...additions].flatMap(({ held }) => held ?? []),
    full: additions.flatMap(({ full }) => full ?? []),
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
  const state = facts.states.find(({ id }) => id === balancerId);
  const isSame = facts.owner?.uid === owner.uid;
  const held = isSame ? balancerId : undefined;
  if (isSame && facts.wanted.includes(balancerId)) return { held, writes: refreshed(entry, state) };
  const isStanding = state?.ownerUids.has(owner.uid) === true;
  if (!isHeld(entry) && isStanding) return { held, writes: refreshed(entry, state) };
  if (!isHeld(entry)) return released(entry, facts.nowMs);
  if (!isFreeOf(state, owner.uid)) return { held, writes: [] };
  return { writes: [put(balancerId, { ...owner, releasedAtMs: facts.nowMs })], dueInMs: releasedKeptMs };
}

/** Back from a release, or with other listeners than before. */
function refreshed(entry: RecordEntry, state: BalancerState | undefined): readonly RecordWrite[] {
  const { balancerId, owner } = entry;
  const places = state?.phase === 'seen' ? placesIn(state, owner.uid) : owner.places;
  if (isHeld(entry) && places.join() === owner.places.join()) return [];
  return [put(balancerId, { ...owner, places, releasedAtMs: undefined })];
}

function released({ balancerId, owner }: RecordEntry, nowMs: number): Verdict {
  const dueInMs = (owner.releasedAtMs ?? 0) + releasedKeptMs - nowMs;
  if (dueInMs > 0) return { writes: [], dueInMs };
  return { writes: [{ kind: 'remove', balancerId, uid: owner.uid }] };
}

function missingBalancers({ owner, isLetGo, entries, wanted, states }: RecordFacts): readonly string[] {
  if (owner === undefined || isLetGo) return [];
  const known = new Set(entries.filter((one) => one.owner.uid === owner.uid).map(({ balancerId }) => balancerId));
  const missing = states.filter(({ id, phase, ownerUids }) => {
    return !known.has(id) && (ownerUids.has(owner.uid) || (phase === 'seen' && wanted.includes(id)));
  });
  return missing.map(({ id }) => id);
}

function addition(id: string, { owner, entries, states, recordOf, nowMs }: RecordFacts): Verdict {
  if (owner === undefined) return { writes: [] };
  const leaving = roomFor(owner.namespace, recordOf(id));
  if (leaving === undefined) return { writes: [], full: id };
  const state = states.find((one) => one.id === id);
  const places = state === undefined ? [] : placesIn(state, owner.uid);
  // An object that is made again is there since its first record.
  const before = entries.filter(({ balancerId }) => balancerId === id).map((entry) => entry.owner.recordedAtMs);
  const recordedAtMs = Math.min(places.length > 0 ? owner.createdAtMs : nowMs, ...before);
  const removals = leaving.map((one): RecordWrite => ({ kind: 'remove', balancerId: id, uid: one.uid }));
  return { held: id, writes: [...removals, put(id, newEntry(owner, { recordedAtMs, places }))] };
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

function put(balancerId: string, owner: RecordedOwner): RecordWrite {
  return { kind: 'put', balancerId, owner };
}
