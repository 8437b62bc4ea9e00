import { balancerIdOf, stateKeyOf } from '../model/balancer-ref.ts';
import { isLiving, isSkipped, wantedBalancers, type OwnerView } from '../model/owner-view.ts';
import { most } from '../model/record.ts';
import { isCarried, type BalancerState } from '../model/balancer-state.ts';
import { byAgeOfOwner } from './contender.ts';
import type { Claim, Release } from './facts.ts';

export interface Scope {
  readonly claims: readonly Claim[];
  /** Of owners whose record or finalizer does not stand yet. */
  readonly pending: readonly Claim[];
  /** UIDs of owners that want more than is judged of their namespace, and wait with it. */
  readonly crowded?: ReadonlySet<string>;
  /** By owner UID. */
  readonly releases: ReadonlyMap<string, Release>;
  /** Every owner that has to do with the CLB. */
  readonly owners: readonly OwnerView[];
}

type StateOf = (balancerId: string) => BalancerState | undefined;

/**
 * Who wants what of one CLB. A claim counts only once the finalizer and the record of its owner stand, so that nothing
 * is left behind. What is recorded counts until it is seen gone, whatever its object says now.
 */
export function scopeOf(id: string, ownersOn: readonly OwnerView[], tkePresent: boolean, stateOf: StateOf): Scope {
  const wants = (owner: OwnerView) => wantedBalancers(owner, tkePresent).includes(id);
  const isRecorded = (owner: OwnerView) => owner.recordedBalancers.includes(id);
  const owners = ownersOn.filter((owner) => isRecorded(owner) || wants(owner) || owner.unprovenBalancers.includes(id));
  const mayClaim = (owner: OwnerView) => isRecorded(owner) && owner.hasFinalizer;
  const claims = owners.filter((owner) => wants(owner) && mayClaim(owner));
  const waiting = owners.filter((owner) => wants(owner) && !mayClaim(owner));
  const pending = firstOfEachNamespace(waiting, (owner) => standingOn(id, owner));
  const leaving = owners.filter((owner) => isRecorded(owner) && !wants(owner));
  return {
    claims: claims.map((owner) => claimOn(id, owner, owner.guards)),
    pending: pending.map((owner) => claimOn(id, owner)),
    crowded: new Set(waiting.map(({ uid }) => uid)).difference(new Set(pending.map(({ uid }) => uid))),
    releases: new Map(leaving.map((owner) => [owner.uid, releaseOf(owner, tkePresent, stateOf)])),
    owners,
  };
}

/**
 * Anybody may name any CLB, as often as they like: what is judged has a bound. The others are told. Who has something
 * there comes before who only waits.
 */
function firstOfEachNamespace(
  waiting: readonly OwnerView[],
  standing: (owner: OwnerView) => number,
): readonly OwnerView[] {
  const first = waiting.toSorted((a, b) => standing(b) - standing(a) || byAgeOfOwner(a, b));
  const byNamespace = Map.groupBy(first, ({ namespace }) => namespace);
  return [...byNamespace.values()].flatMap((some) => some.slice(0, most.ownersOfNamespace));
}

/** What users can write too comes after the record, and moves an owner only among those of its own namespace. */
function standingOn(id: string, { recordedBalancers, shownBalancers }: OwnerView): number {
  if (recordedBalancers.includes(id)) return 2;
  return shownBalancers.includes(id) ? 1 : 0;
}

function claimOn(id: string, owner: OwnerView, guards: OwnerView['guards'] = []): Claim {
  const all = [...owner.bindings, ...guards];
  return { owner, bindings: all.filter(({ balancer }) => balancerIdOf(balancer) === id) };
}

/** An owner that moved to another CLB releases the old one only when the new one carries its traffic. */
function releaseOf(owner: OwnerView, tkePresent: boolean, stateOf: StateOf): Release {
  if (isSkipped(owner, tkePresent)) return 'keep';
  if (!isLiving(owner, tkePresent)) return 'now';
  const { bindings } = owner;
  const carried = bindings.every((binding) => isCarried(stateOf(stateKeyOf(binding.balancer)), binding));
  return bindings.length > 0 && carried ? 'drain' : 'hold';
}
