import { claimKey, type Binding } from '../model/binding.ts';
import { foreignPlaces } from '../model/foreign-rules.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces, type ObservedListener, type ObservedRule } from '../model/observed.ts';
import { isRule, placeKey, type ListenerPlace } from '../model/place.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import { isUnrecorded } from './recorded.ts';

/**
 * Rules without a host stand at a listener, and stay: the default domain is theirs, whatever is wrong with what their
 * owner claims now.
 */
export function keepsDefault(at: ListenerPlace, facts: Facts): boolean {
  return ourPlaces(facts.observed).some(([, { place, ownerUids }]) => {
    return isRule(place) && place.domain === '' && isAt(place, at) && ownerUids.some((uid) => isKept(uid, at, facts));
  });
}

/** As what-stands.ts and leftovers.ts have it. */
function isKept(uid: string, { protocol, port }: ListenerPlace, { releases, claims }: Facts): boolean {
  const release = releases.get(uid);
  if (release !== undefined) return release === 'hold' || release === 'keep';
  const claim = claims.find(({ owner }) => owner.uid === uid);
  const isNear = ({ place }: Binding) => isRule(place) && (place.port === port || place.protocol === protocol);
  return claim?.bindings.some((one) => one.incomplete !== undefined && !isGuard(one) && isNear(one)) ?? true;
}

/** The claim wants the default domain of its listener, and nothing is known that keeps it from being made. */
export function isDefaultToBe(binding: Binding, { memory, observed }: Facts): boolean {
  const { ruleSettings, incomplete, isTaken, adoption, owner, place } = binding;
  if (ruleSettings.isDefault !== true || isTaken === true) return false;
  if (incomplete !== undefined && !isUnrecorded(binding)) return false;
  if (adoption === undefined && !isGuard(binding) && foreignPlaces(observed).has(placeKey(place))) return false;
  const key = claimKey(owner.uid, place);
  return !memory.refused.some(({ step }) => {
    return step.kind === 'create-rule' && step.owners.some((uid) => claimKey(uid, step.place) === key);
  });
}

/**
 * The rule is of the default domain, and what is to have that does not stand yet. Without both the CLB sends requests
 * for unknown hosts to the pods of the rule that was made first (doc 214/9032).
 */
export function isDefaultUntilNext(
  { settings }: ObservedRule,
  listener: ObservedListener,
  bound: readonly BoundPlace[],
  facts: Facts,
): boolean {
  if (settings.isDefault !== true) return false;
  const here = bound.filter(({ id }) => id.listenerId === listener.id);
  if (here.some(({ binding }) => binding.ruleSettings.isDefault === true)) return false;
  const claimed = facts.claims.flatMap(({ bindings }) => bindings);
  return claimed.some((binding) => isAt(binding.place, listener.place) && isDefaultToBe(binding, facts));
}

function isAt(one: ListenerPlace, { protocol, port }: ListenerPlace): boolean {
  return one.protocol === protocol && one.port === port;
}
