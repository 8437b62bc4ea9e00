import type { Binding } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { Claim } from './facts.ts';

/** One claim on one place. */
export interface Contender {
  readonly owner: OwnerView;
  readonly binding: Binding;
}

/** A claim that is incomplete takes no place from anybody. */
export function contendersOf(claims: readonly Claim[]): readonly Contender[] {
  return allContendersOf(claims).filter(({ binding }) => binding.incomplete === undefined);
}

/** Also those that are incomplete: who waits for a Secret was there first all the same. */
export function allContendersOf(claims: readonly Claim[]): readonly Contender[] {
  return claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding })));
}

/** The oldest owner first; of two that are equally old always the same one. */
export function byAge(a: Contender, b: Contender): number {
  return byAgeOfOwner(a.owner, b.owner);
}

export function byAgeOfOwner(a: OwnerView, b: OwnerView): number {
  return a.createdAtMs - b.createdAtMs || (a.uid < b.uid ? -1 : 1);
}
