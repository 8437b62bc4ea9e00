import { admits, ruleFor } from '@clb-direct/shared/domain/balancer-rules.ts';
import { tkeListener } from '../model/adoption.ts';
import type { ListenerAnswer } from '../model/clb-port.ts';
import type { ObservedListener, ObservedLoadBalancer, ObservedRule } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isSameListener, placeKey } from '../model/place.ts';
import { adoptionObstacle } from './adoption-obstacle.ts';
import { contendersOf, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';

/** What an adoption is judged from. Rules count once they are recorded. */
export type AdoptionFacts = Pick<Facts, 'claims' | 'backendsOf' | 'tkePresent'> & Pick<Facts['policy'], 'rules'>;

/** Whether it may be a listener that TKE's controller made for one of the owners: its targets are to be read. */
export function mayBeAdopted({ name, protocol, port }: ListenerAnswer, owners: readonly OwnerView[]): boolean {
  if (name !== tkeListener) return false;
  const adopting = owners.flatMap(({ bindings }) => bindings.filter(({ adoption }) => adoption !== undefined));
  return adopting.some(({ place }) => place.protocol === protocol && place.port === port);
}

/**
 * The same tree, in which the listeners that TKE's controller made for an owner belong to that owner, where it asks for
 * that and the tags of the CLB prove it. The plan then gives them its name. To be called before `takeBack`, which drops
 * the targets of all that are not ours.
 */
export function adoptListeners(observed: ObservedLoadBalancer, facts: AdoptionFacts): ObservedLoadBalancer {
  const { madeByTkeFor } = observed;
  const adopting = contendersOf(facts.claims).filter((one) => mayAdopt(one, observed, facts));
  const listeners = observed.listeners.map((listener) => {
    if (!isTkes(listener)) return listener;
    const taking = adopting.filter(({ binding: { place } }) => isSameListener(place, listener.place));
    if (taking.length > 0) return adopted(listener, taking);
    if (madeByTkeFor === undefined) return { ...listener, rules: listener.rules.map(withoutTargets) };
    return { ...listener, rules: listener.rules.map(adoptableRule), adoptable: targetsOf(listener) };
  });
  return { ...observed, listeners };
}

function mayAdopt({ owner, binding }: Contender, observed: ObservedLoadBalancer, facts: AdoptionFacts): boolean {
  if (binding.adoption !== 'take' || binding.existing !== undefined) return false;
  const rule = ruleFor(facts.rules, observed.id);
  const isForbidden = rule !== undefined && !admits(rule, owner.namespace);
  return !isForbidden && adoptionObstacle({ owner, binding }, { ...facts, observed }) === undefined;
}

/** One that others use by its id, or by that of a rule, stays theirs. */
function isTkes({ isOurs, name, others, rules }: ObservedListener): boolean {
  return !isOurs && name === tkeListener && [others, ...rules.map((rule) => rule.others)].every((one) => !one);
}

/** Of its rules those that the owner wants; the others stay as they are, on a listener that is the owner's. */
function adopted(listener: ObservedListener, taking: readonly Contender[]): ObservedListener {
  const ownerUids = [...new Set(taking.map(({ owner }) => owner.uid))];
  const wanted = new Map(taking.map(({ binding }) => [placeKey(binding.place), binding]));
  const rules = listener.rules.map((rule) => {
    const mayRedirect = wanted.get(placeKey(rule.place))?.redirect === undefined ? {} : { mayRedirect: true };
    return wanted.has(placeKey(rule.place))
      ? { ...rule, isOurs: true, ownerUids, ...mayRedirect }
      : withoutTargets(rule);
  });
  return { ...listener, isOurs: true, ownerUids, rules, ...adoptedRedirects(listener, rules) };
}

/** Where a redirect is wanted TKE's controller made the one that stands. Any other one is a person's. */
function adoptedRedirects({ redirects }: ObservedListener, rules: readonly ObservedRule[]) {
  if (redirects === undefined) return {};
  const may = new Set(rules.flatMap(({ id, mayRedirect }) => (mayRedirect === true ? [id] : [])));
  return { redirects: redirects.map((one) => ({ ...one, isOurs: may.has(one.locationId) })) };
}

function adoptableRule(rule: ObservedRule): ObservedRule {
  return { ...withoutTargets(rule), adoptable: rule.targets };
}

/** What is not ours has no targets here. */
function withoutTargets(rule: ObservedRule): ObservedRule {
  return { ...rule, targets: new Map() };
}

function targetsOf({ targets, rules }: ObservedListener): ObservedListener['targets'] {
  return new Map([targets, ...rules.map((rule) => rule.targets)].flatMap((all) => [...all]));
}
