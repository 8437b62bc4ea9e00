import { admits, ruleFor } from '@clb-direct/shared/domain/balancer-rules.ts';
import { tkeListener } from '../model/adoption.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import { hasRules } from '../model/place.ts';
import { adoptionObstacle } from './adoption-obstacle.ts';
import { contendersOf, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';

/** What an adoption is judged from. */
export type AdoptionFacts = Pick<Facts, 'claims' | 'backendsOf' | 'tkePresent'> & Pick<Facts['policy'], 'rules'>;

/**
 * The same tree, in which the listeners that TKE's controller made for an owner belong to that owner, where it asks for
 * that and the tags of the CLB prove it. The plan then gives them its name. To be called before `takeBack`, which drops
 * the targets of all that are not ours.
 */
export function adoptListeners(observed: ObservedLoadBalancer, facts: AdoptionFacts): ObservedLoadBalancer {
  const { madeByTkeFor } = observed;
  if (madeByTkeFor === undefined) return observed;
  const adopting = contendersOf(facts.claims).filter((one) => mayAdopt(one, observed, facts));
  const listeners = observed.listeners.map((listener) => {
    if (!isAdoptable(listener)) return listener;
    const isTaken = adopting.some(({ binding: { place } }) => isAt(place, listener));
    return isTaken
      ? { ...listener, isOurs: true, ownerUids: [madeByTkeFor] }
      : { ...listener, adoptable: listener.targets };
  });
  return { ...observed, listeners };
}

function mayAdopt({ owner, binding }: Contender, observed: ObservedLoadBalancer, facts: AdoptionFacts): boolean {
  if (binding.adoption !== 'take' || binding.existing !== undefined) return false;
  const rule = ruleFor(facts.rules, observed.id);
  const isForbidden = rule !== undefined && !admits(rule, owner.namespace);
  return !isForbidden && adoptionObstacle({ owner, binding }, { ...facts, observed }) === undefined;
}

/** One that others use by its id stays theirs. Rules have no name that could become ours. */
function isAdoptable({ isOurs, name, place, others }: ObservedListener): boolean {
  return !isOurs && name === tkeListener && others === undefined && !hasRules(place.protocol);
}

function isAt(place: Pick<Contender['binding']['place'], 'protocol' | 'port'>, listener: ObservedListener): boolean {
  return place.protocol === listener.place.protocol && place.port === listener.place.port;
}
