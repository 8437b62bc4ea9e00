import { bindingKey, type Binding } from '../model/binding.ts';
import { isSamePath } from '../model/place.ts';
import type { Claim } from './facts.ts';

/**
 * By bindingKey of the claims that cannot be made now: what serves of their owner meanwhile with the same backends, so
 * that gates and addresses go by it. Where a place cannot be read that is all of it; else, as while a Secret is
 * missing, what stood for the same requests and nothing else asks for.
 */
export function standInsOf<B extends { readonly binding: Binding }>(
  claims: readonly Claim[],
  bound: readonly B[],
): ReadonlyMap<string, readonly B[]> {
  const all = claims.flatMap(({ bindings }) => bindings);
  const asked = new Set(all.map(bindingKey));
  const found = all
    .filter(({ incomplete }) => incomplete !== undefined)
    .map((claim) => {
      // To compare backends costs most: thousands of claims may wait.
      const standing = bound.filter(({ binding }) => standsFor(binding, claim, asked) && isAlike(binding, claim));
      return [bindingKey(claim), standing] as const;
    });
  return new Map(found.filter(([, some]) => some.length > 0));
}

function standsFor(one: Binding, claim: Binding, asked: ReadonlySet<string>): boolean {
  if (claim.isPlaceUnknown === true) return true;
  return isSamePath(one.place, claim.place) && !asked.has(bindingKey(one));
}

function isAlike(one: Binding, other: Binding): boolean {
  if (one.owner.uid !== other.owner.uid || (one.redirect === undefined) !== (other.redirect === undefined))
    return false;
  return JSON.stringify(one.backends) === JSON.stringify(other.backends);
}
