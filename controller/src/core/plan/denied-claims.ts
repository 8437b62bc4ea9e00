import { bindingKey, type Binding } from '../model/binding.ts';
import type { Claim, Facts } from './facts.ts';
import { admitClaims } from './place-policy.ts';
import { isUnrecorded } from './recorded.ts';

/** By bindingKey: claims that the policy does not deny. `facts`: with the claims as their owners make them. */
export function admittedIn(facts: Facts): ReadonlySet<string> {
  const denied = new Set(admitClaims(facts).denied.map(({ binding }) => binding));
  const all = [...facts.claims, ...facts.pending].flatMap(({ bindings }) => bindings);
  return new Set(all.filter((one) => !denied.has(one)).map(bindingKey));
}

/** Who is denied is never recorded, so nothing waits for that: what its owner has elsewhere need not stay for it. */
export function withDeniedTaken(claims: readonly Claim[], admitted: ReadonlySet<string>): readonly Claim[] {
  const taken = (one: Binding): Binding =>
    isUnrecorded(one) && !admitted.has(bindingKey(one)) ? { ...one, incomplete: undefined, isTaken: true } : one;
  return claims.map(({ owner, bindings }) => ({ owner, bindings: bindings.map(taken) }));
}
