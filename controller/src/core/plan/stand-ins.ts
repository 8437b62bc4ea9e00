import { bindingKey, type Binding } from '../model/binding.ts';
import type { Claim } from './facts.ts';

/**
 * By bindingKey of the claims whose place cannot be read: all places of their owner with the same backends. These are
 * what serves meanwhile, so gates and addresses go by them.
 */
export function standInsOf<B extends { readonly binding: Binding }>(
  claims: readonly Claim[],
  bound: readonly B[],
): ReadonlyMap<string, readonly B[]> {
  const unplaced = claims.flatMap(({ bindings }) => bindings.filter(({ isPlaceUnknown }) => isPlaceUnknown === true));
  const found = unplaced.map(
    (claim) => [bindingKey(claim), bound.filter(({ binding }) => isAlike(binding, claim))] as const,
  );
  return new Map(found.filter(([, some]) => some.length > 0));
}

function isAlike(one: Binding, other: Binding): boolean {
  if (one.owner.uid !== other.owner.uid || (one.redirect === undefined) !== (other.redirect === undefined))
    return false;
  return JSON.stringify(one.backends) === JSON.stringify(other.backends);
}
