import type { Binding } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { Claim } from './facts.ts';

/** One claim on one place. */
export interface Contender {
  readonly owner: OwnerView;
  readonly binding: Binding;
}

export function contendersOf(claims: readonly Claim[]): readonly Contender[] {
  return claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding })));
}

/** The oldest owner first; of two that are equally old always the same one. */
export function byAge(a: Contender, b: Contender): number {
  return a.owner.createdAtMs - b.owner.createdAtMs || (a.owner.uid < b.owner.uid ? -1 : 1);
}
