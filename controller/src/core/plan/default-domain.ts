import { claimKey, type Binding } from '../model/binding.ts';
import { foreignPlaces } from '../model/foreign-rules.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces, type ObservedListener, type ObservedRule } from '../model/observed.ts';
import { isRule, isSameListener, placeKey, type ListenerPlace, type RulePlace } from '../model/place.ts';
import type { BoundPlace } from './bound-place.ts';
import { isCarrying } from './carrying.ts';
import type { Facts } from './facts.ts';
import { knownBackends } from './known-backends.ts';
import { isUnrecorded } from './recorded.ts';
import { inherits } from './rule-heirs.ts';

/**
 * Rules without a host stand at a listener, and stay: the default domain is theirs, whatever is wrong with what their
 * owner claims now.
 */
export function keepsDefault(at: ListenerPlace, facts: Facts): boolean {
  return ourPlaces(facts.observed).some(([, { place, ownerUids }]) => {
    return (
      isRule(place) &&
      place.domain === '' &&
      isSameListener(place, at) &&
      ownerUids.some((uid) => isKept(uid, place, facts))
    );
  });
}

/** As what-stands.ts and leftovers.ts have it. */
function isKept(uid: string, place: RulePlace, facts: Facts): boolean {
  const release = facts.releases.get(uid);
  if (release !== undefined) return release === 'hold' || release === 'keep';
  const claim = facts.claims.find(({ owner }) => owner.uid === uid);
  return (
    claim?.bindings.some((one) => !isGuard(one) && (mayStandFor(one, place) || isAwaited(one, place, facts))) ?? true
  );
}

/** It is incomplete, so that what its owner has there stays. */
function mayStandFor({ place, incomplete }: Binding, { protocol, port }: ListenerPlace): boolean {
  return incomplete !== undefined && isRule(place) && (place.port === port || place.protocol === protocol);
}

/** It gets the requests of the rule, as at another port, and does not serve yet. */
function isAwaited(binding: Binding, gone: RulePlace, facts: Facts): boolean {
  const { place, owner, isTaken } = binding;
  if (!isRule(place) || isTaken === true || !inherits(place, gone)) return false;
  const found = ourPlaces(facts.observed).find(
    ([, at]) => at.ownerUids.includes(owner.uid) && placeKey(at.place) === placeKey(place),
  );
  if (found === undefined || binding.incomplete !== undefined) return true;
  const [id, standing] = found;
  return !isCarrying({ binding, id, standing, backends: knownBackends(binding, found, facts) }, facts);
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
  return claimed.some((binding) => isSameListener(binding.place, listener.place) && isDefaultToBe(binding, facts));
}
