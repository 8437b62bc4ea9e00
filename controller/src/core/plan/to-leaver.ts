import { isRedirected, type BoundTarget } from '../model/observed.ts';
import { addressKey, targetKey } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import { ageOf, backendIdOf } from './memory.ts';
import type { Leaver } from './removals.ts';

interface Here {
  readonly owners: readonly string[];
  readonly bound: BoundPlace;
}

/** What is known of a target that no binding wants. */
export function toLeaver(target: BoundTarget, here: Here, facts: Facts): Leaver {
  const key = targetKey(target);
  return {
    target,
    departure: facts.departureOf(target, backendIdOf(target, facts.memory)),
    zeroForMs: ageOf(facts.memory.zeroSinceMs, key, facts.nowMs),
    gatheredForMs: ageOf(facts.memory.gatheredSinceMs, key, facts.nowMs),
    withheldForMs: ageOf(facts.memory.withheldSinceMs, key, facts.nowMs),
    isMeant: isOthers(target, here, facts) || isOfOtherMode(target, here, facts) || isTakenAway(target, here),
    isReleased: facts.memory.released.has(key) || servesNothing(here.bound, facts),
  };
}

/** Its owner wants a redirect there, and it stands. */
function servesNothing({ binding, id }: BoundPlace, { observed }: Facts): boolean {
  return binding.redirect !== undefined && isRedirected(id, observed);
}

/** The owner that wanted it last is not here any more, or nobody of ours made it: we tag every target. */
function isOthers(target: BoundTarget, { owners }: Here, { memory }: Facts): boolean {
  const wantedBy = memory.wantedBy.get(targetKey(target));
  if (wantedBy !== undefined) return !owners.includes(wantedBy);
  return memory.returnsTags && backendIdOf(target, memory) === undefined;
}

/** The owner was switched between pods and nodes, which are of different number. A node's id is its owner's. */
function isOfOtherMode(target: BoundTarget, { owners, bound }: Here, { memory }: Facts): boolean {
  const id = backendIdOf(target, memory);
  const { mode } = bound.binding.backends;
  return id !== undefined && mode !== 'endpoints' && owners.includes(id) === (mode === 'pods');
}

/** A person or the autoscaler says so of its node. */
function isTakenAway(target: BoundTarget, { bound }: Here): boolean {
  const key = addressKey(target);
  return bound.backends.backends.some((one) => one.state === 'leaving' && addressKey(one) === key);
}
