import { admits, ruleFor } from '@clb-direct/shared/domain/balancer-rules.ts';
import { balancerIdOf, type OwnedRef } from '../model/balancer-ref.ts';
import { adoptionDenial } from './adoption-denial.ts';
import { hasExisting } from './assign-existing.ts';
import type { PolicyVerdict } from '../model/balancer-state.ts';
import { slotOfBinding, type Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces } from '../model/observed.ts';
import { describeOwner, ownerKey } from '../model/owner.ts';
import { placeKey, type Place } from '../model/place.ts';
import { conflictWith, notAllowed, reservedFor, type Conflict } from './conflict.ts';
import { allContendersOf, byAge, type Contender } from './contender.ts';
import type { Claim, Facts } from './facts.ts';
import { hostDenials } from './host-policy.ts';
import type { HeldPlace } from './held-places.ts';
import { ownAddressDenial } from './own-address.ts';
import { withTargetOwners } from './target-owners.ts';

/** The claims that may have their places, and what stands against the others. */
export interface Admission {
  /** Without those that are pending. */
  readonly claims: readonly Claim[];
  /** By UID of each owner that claims something, also of those whose claims are pending. */
  readonly verdicts: ReadonlyMap<string, PolicyVerdict>;
  readonly denied: readonly Conflict[];
  /** When a reservation ends that a claim waits for. */
  readonly dueInMs: number | undefined;
}

/**
 * Which claims may have a new place. What stands stays, whatever the policy says: nothing that serves is ever cut. A
 * CLB that no rule is about belongs to the namespace that was there first.
 */
export function admitClaims(given: Facts): Admission {
  const facts = given.observed === undefined ? given : { ...given, observed: withTargetOwners(given.observed, given) };
  // A guard is nobody's in particular: whoever may have rules on a listener may have it.
  const asking = allContendersOf([...facts.claims, ...facts.pending]).filter(({ binding }) => !isGuard(binding));
  const contenders = asking.filter(({ binding }) => binding.incomplete === undefined);
  const around = { facts, contenders, namespace: firstNamespace(facts, asking), ...standingIn(facts) };
  const denials = asking.flatMap((contender) => denialOf(contender, around) ?? []);
  const refused = new Set(denials.map(({ conflict }) => conflict.binding));
  const others = asking.filter(({ binding }) => !refused.has(binding));
  // What is incomplete has a finding of its own.
  const all = [...denials, ...hostDenials(others, facts)].filter(
    ({ conflict }: Denial) => conflict.binding.incomplete === undefined,
  );
  const conflicts = all.map(({ conflict }) => conflict);
  const denied = new Set(conflicts.map(({ binding }) => binding));
  const waits = all.flatMap(({ endsInMs }) => endsInMs ?? []);
  return {
    claims: facts.claims.map((claim) => ({ ...claim, bindings: claim.bindings.filter((one) => !denied.has(one)) })),
    verdicts: verdictsOn(contenders, denied),
    denied: conflicts,
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

/** An owner may have something on the CLB as soon as one of its bindings may. */
function verdictsOn(
  contenders: readonly Contender[],
  denied: ReadonlySet<Binding>,
): ReadonlyMap<string, PolicyVerdict> {
  const allowed = new Set(contenders.filter(({ binding }) => !denied.has(binding)).map(({ owner }) => owner.uid));
  return new Map(contenders.map(({ owner: { uid } }) => [uid, allowed.has(uid) ? 'allowed' : 'denied']));
}

interface Around {
  readonly facts: Facts;
  readonly contenders: readonly Contender[];
  /** Whose the CLB is while no rule is about it. */
  readonly namespace: string | undefined;
  /** `standingKey` of each owner of each of our places. */
  readonly standing: ReadonlySet<string>;
  readonly heldBySlot: ReadonlyMap<string, readonly HeldPlace[]>;
}

/** Indexes, because as many may ask as like to. */
function standingIn({ observed, policy }: Facts): Pick<Around, 'standing' | 'heldBySlot'> {
  const keys = ourPlaces(observed).flatMap(([, { place, ownerUids }]) =>
    ownerUids.map((uid) => standingKey(uid, place)),
  );
  return { standing: new Set(keys), heldBySlot: Map.groupBy(policy.held, ({ slot }) => slot) };
}

function standingKey(ownerUid: string, place: Place): string {
  return `${ownerUid} ${placeKey(place)}`;
}

/**
 * Of those who have a place, or left one a while ago, the first. While there is none, a CLB that was made for an object
 * is that of its namespace, whose clients use its address; any other one is that of the oldest who wants it.
 */
function firstNamespace({ policy }: Facts, contenders: readonly Contender[]): string | undefined {
  const [first] = policy.held.toSorted((a, b) => a.sinceMs - b.sinceMs || (a.owner.uid < b.owner.uid ? -1 : 1));
  return first?.owner.namespace ?? policy.madeFor ?? contenders.toSorted(byAge)[0]?.owner.namespace;
}

interface Denial {
  readonly conflict: Conflict;
  readonly endsInMs?: number;
}

function denialOf(contender: Contender, around: Around): Denial | undefined {
  const { facts, contenders } = around;
  if (hasPlace(contender, around)) return undefined;
  const ownAddress = ownAddressDenial(contender, facts);
  if (ownAddress !== undefined) return { conflict: { binding: contender.binding, finding: ownAddress } };
  if (facts.ref.kind === 'owned') return denialOnOwned(contender, facts.ref);
  const reserved = reservationOf(contender, around);
  const refusal = refusalOf(contender, reserved, around);
  if (refusal !== undefined) return { conflict: notAllowed(contender, refusal) };
  const finding = adoptionDenial(contender, facts);
  if (finding !== undefined) return { conflict: { binding: contender.binding, finding } };
  if (reserved === undefined || isSuccessor(contender, reserved)) return undefined;
  if (reserved.owner.namespace === contender.owner.namespace) {
    return denialWithin(contender, reserved, contenders);
  }
  const { reservationMs } = facts.policy;
  const endsInMs = reserved.leftAtMs + reservationMs - facts.nowMs;
  return { conflict: reservedFor(contender, reservationMs), endsInMs };
}

/** Of one namespace only who comes again as the one that had it goes first. */
function denialWithin(contender: Contender, reserved: HeldPlace, contenders: readonly Contender[]): Denial | undefined {
  // Owners of one namespace share a place that is not ours.
  if (contender.binding.existing !== undefined) return undefined;
  const successor = contenders.find(
    (one) => slotOfBinding(one.binding) === reserved.slot && isSuccessor(one, reserved),
  );
  return successor === undefined ? undefined : { conflict: conflictWith(contender, hadBefore(successor)) };
}

/** A CLB that is made for an owner goes with it, so nobody else may come to depend on it. */
function denialOnOwned(contender: Contender, { owner }: OwnedRef): Denial | undefined {
  return contender.owner.uid === owner.uid ? undefined : { conflict: notAllowed(contender, 'made-for-another') };
}

/** The place stands, and is its own. */
function hasPlace({ owner, binding }: Contender, { facts, standing }: Around): boolean {
  if (binding.existing !== undefined) return hasExisting({ owner, binding }, facts.observed);
  return standing.has(standingKey(owner.uid, binding.place));
}

/** Who had the place last, while nobody has it. */
function reservationOf({ binding }: Contender, { heldBySlot }: Around): LeftPlace | undefined {
  const here = heldBySlot.get(slotOfBinding(binding)) ?? [];
  if (!here.every(isLeft)) return undefined;
  return here.toSorted((a, b) => b.leftAtMs - a.leftAtMs)[0];
}

type LeftPlace = HeldPlace & { readonly leftAtMs: number };

function isLeft(held: HeldPlace): held is LeftPlace {
  return held.leftAtMs !== undefined;
}

/** The owner that had it, perhaps made again. */
function isSuccessor({ owner }: Contender, reserved: HeldPlace): boolean {
  return ownerKey(owner) === ownerKey(reserved.owner);
}

/** Which word forbids it: a rule, or that others were there first. */
function refusalOf(
  { owner, binding }: Contender,
  reserved: HeldPlace | undefined,
  { facts, namespace }: Around,
): 'by-rule' | 'others-first' | undefined {
  const rule = ruleFor(facts.policy.rules, balancerIdOf(binding.balancer) ?? '');
  if (rule !== undefined) return admits(rule, owner.namespace) ? undefined : 'by-rule';
  if (reserved !== undefined && isSuccessor({ owner, binding }, reserved)) return undefined;
  // That the CLB was made for it must be proven, and is more than having been there first.
  if (binding.adoption !== undefined) return undefined;
  return namespace === owner.namespace ? undefined : 'others-first';
}

/** Of the reader's own namespace. */
function hadBefore({ owner }: Contender): string {
  return `${describeOwner(owner)}, which had it before`;
}
