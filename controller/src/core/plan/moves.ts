import type { Binding } from '../model/binding.ts';
import { existingPlaces, ourPlaces } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { placeKey } from '../model/place.ts';
import { addressKey } from '../model/target.ts';
import { whyNotUsable } from './existing-conflict.ts';
import type { Claim, Facts, Release } from './facts.ts';

/** An owner that names another CLB now, and what stands of it here. */
export interface Move {
  readonly owner: OwnerView;
  /** Its new places carry its traffic. */
  readonly isCarried: boolean;
  /** How long its places here stay as they are after that. */
  readonly keepMs: number;
  /** They still do. */
  readonly isKept: boolean;
  /** Bindings that are planned here as if it had not moved. */
  readonly claim: Claim;
  /** How long they still are; undefined: it does not depend on time. */
  readonly dueInMs: number | undefined;
}

/**
 * Owners that moved to another CLB. Clients follow a new address when they ask for it again, so the old places go on as
 * they are until the new ones carry, and for a time after that: pods that come are registered here too, those that end
 * drain. A place that another owner of the namespace claims passes on instead (hand-over.ts).
 */
export function movesOf(facts: Facts): readonly Move[] {
  return facts.owners.flatMap((owner) => {
    const release = facts.releases.get(owner.uid);
    return release === 'hold' || release === 'drain' ? [moveOf(owner, release, facts)] : [];
  });
}

function moveOf(owner: OwnerView, release: Release, facts: Facts): Move {
  const isCarried = release === 'drain';
  const keepMs = owner.moveKeepMs ?? facts.limits.moveKeepMs;
  const sinceMs = facts.memory.carriedSinceMs.get(owner.uid) ?? facts.nowMs;
  const leftMs = sinceMs + keepMs - facts.nowMs;
  const isKept = !isCarried || leftMs > 0;
  const claim = { owner, bindings: isKept ? keptBindings(owner, facts) : [] };
  return { owner, isCarried, keepMs, isKept, claim, dueInMs: isCarried && isKept ? leftMs : undefined };
}

/** What it would still want of the places that it has: nothing is made for it here any more. */
function keptBindings(owner: OwnerView, facts: Facts): readonly Binding[] {
  return [...keptAtOurs(owner, facts), ...keptAtOthers(owner, facts)].map((one) => ({ ...one, balancer: facts.ref }));
}

function keptAtOurs(owner: OwnerView, { claims, observed }: Facts): readonly Binding[] {
  const own = ourPlaces(observed)
    .filter(([, { ownerUids }]) => ownerUids.includes(owner.uid))
    .map(([, { place }]) => placeKey(place));
  const claimed = claims
    .filter((claim) => claim.owner.namespace === owner.namespace)
    .flatMap(({ bindings }) => bindings.map(passedAs));
  return owner.bindings
    .filter((binding) => own.includes(placeKey(binding.place)) && !claimed.includes(passedAs(binding)))
    .map((binding) => ({ ...binding, existing: undefined }));
}

/**
 * No object names its places of others any more. A binding fits one where a backend of the binding has a target: the
 * listener may have another port than the Service.
 */
function keptAtOthers({ uid, bindings }: OwnerView, facts: Facts): readonly Binding[] {
  const { observed } = facts;
  const left = existingPlaces(observed).filter(([, { ownerUids }]) => ownerUids.includes(uid));
  return left.flatMap(([existing, { targets }]) => {
    const isThere = (binding: Binding) =>
      facts.backendsOf(binding).backends.some((one) => targets.has(addressKey(one)));
    const kept = bindings.map((binding) => ({ ...binding, existing }));
    return kept.find((binding) => isThere(binding) && whyNotUsable(binding, observed) === undefined) ?? [];
  });
}

/** Rules of a listener of one owner pass on with it. */
function passedAs({ place, hasOwnListener }: Binding): string {
  const { protocol, port } = place;
  return placeKey(hasOwnListener === true ? { protocol, port } : place);
}

/** The same facts, with owners that moved still there for as long as they are kept. */
export function withMoves(facts: Facts, moves: readonly Move[]): Facts {
  const releases = moves.map(({ owner, isKept }) => [owner.uid, isKept ? 'hold' : 'drain'] as const);
  const kept = moves.map(({ claim }) => claim).filter(({ bindings }) => bindings.length > 0);
  return { ...facts, claims: [...facts.claims, ...kept], releases: new Map([...facts.releases, ...releases]) };
}

/** Since when each owner that moved is carried elsewhere, by UID. Where the new places fail, the time begins anew. */
export function carriedSince(
  moves: readonly Move[],
  before: ReadonlyMap<string, number>,
  nowMs: number,
): ReadonlyMap<string, number> {
  const carried = moves.filter(({ isCarried }) => isCarried);
  return new Map(carried.map(({ owner: { uid } }) => [uid, before.get(uid) ?? nowMs]));
}
