import { bindingKey, type Binding } from '../model/binding.ts';
import { ourPlaces } from '../model/observed.ts';
import { placeKey } from '../model/place.ts';
import type { Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { admitClaims } from './place-policy.ts';

/**
 * The claims on rules that Prefix paths add for the path itself, where an Exact path of another owner may have the
 * rule, whoever is older: Kubernetes prefers Exact. `facts`: with the claims as their owners make them, recorded or
 * not.
 */
export function givenWay(facts: Facts): readonly Binding[] {
  const claims = facts.claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding })));
  const yielding = claims.filter(({ binding }) => binding.givesWay === true);
  if (yielding.length === 0) return [];
  const places = new Set(yielding.map(({ binding }) => placeKey(binding.place)));
  const rivals = claims.filter(({ binding }) => binding.givesWay !== true && places.has(placeKey(binding.place)));
  if (rivals.length === 0) return [];
  const first = Map.groupBy(thatMayHaveIt(rivals, facts), ({ binding }) => placeKey(binding.place));
  return yielding.flatMap(({ owner, binding }) => {
    const others = first.get(placeKey(binding.place)) ?? [];
    return others.some((other) => other.owner.uid !== owner.uid) ? [binding] : [];
  });
}

/** One that is incomplete takes no rule from anybody, and keeps its own. */
function thatMayHaveIt(rivals: readonly Contender[], facts: Facts): readonly Contender[] {
  const denied = new Set(admitClaims(facts).denied.map(({ binding }) => binding));
  return rivals.filter((rival) => !denied.has(rival.binding) && (isComplete(rival) || hasRule(rival, facts)));
}

function isComplete({ binding }: Contender): boolean {
  return binding.incomplete === undefined;
}

function hasRule({ owner, binding }: Contender, { observed }: Facts): boolean {
  const key = placeKey(binding.place);
  return ourPlaces(observed).some(
    ([, { place, ownerUids }]) => placeKey(place) === key && ownerUids.includes(owner.uid),
  );
}

/** The same facts without the claims that have given way. */
export function withoutGivenWay(facts: Facts): Facts {
  const given = new Set(givenWay(facts));
  if (given.size === 0) return facts;
  return {
    ...facts,
    claims: facts.claims.map(({ owner, bindings }) => ({ owner, bindings: bindings.filter((one) => !given.has(one)) })),
    givenWay: new Set([...given].map(bindingKey)),
  };
}
