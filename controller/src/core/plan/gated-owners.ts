import type { BalancerState } from '../model/balancer-state.ts';
import { bindingKey, type Binding } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { Scope } from './scope.ts';

type Uids = ReadonlySet<string>;

/** Those whose pods' gates may have something new. `same`: owners of which nothing new is known. */
export function gatedOwners(
  { owners, claims = [], pending = [], crowded = new Set() }: Pick<Scope, 'owners'> & Partial<Scope>,
  same: Uids = new Set(),
): readonly OwnerView[] {
  const judged = new Set([...claims, ...pending].map(({ owner }) => owner.uid));
  return owners.filter(({ uid }) => !same.has(uid) && (judged.has(uid) || !crowded.has(uid)));
}

/** Nothing is made or written for them, so only another verdict is news: as many may wait as like to. */
export function pendingOwners({ pending }: Pick<Scope, 'pending'>): Uids {
  return new Set(pending.map(({ owner }) => owner.uid));
}

/** Pending owners that are judged as before. */
export function judgedAsBefore(
  { pending }: Pick<Scope, 'pending'>,
  now: BalancerState,
  before: BalancerState | undefined,
): Uids {
  if (before?.phase !== now.phase || before.trouble?.message !== now.trouble?.message) return new Set();
  const messageOf = (state: BalancerState, binding: Binding) => state.obstacles.get(bindingKey(binding))?.message;
  const isSame = ({ owner, bindings }: Scope['pending'][number]) =>
    before.verdicts.get(owner.uid) === now.verdicts.get(owner.uid) &&
    bindings.every((one) => messageOf(before, one) === messageOf(now, one));
  return pendingOwners({ pending: pending.filter(isSame) });
}
