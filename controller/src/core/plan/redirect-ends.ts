import { isRedirected } from '../model/observed.ts';
import { placeIdKey } from '../model/place.ts';
import { isServing, targetKey } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';

/** The CLB's default check takes 10 to 15 s. Nothing says that it asks targets of a rule that redirects. */
const patienceMs = 30_000;

/**
 * By placeIdKey of the rules that are to redirect no more: how long the redirect stays, because the CLB sends to no
 * target of the rule yet. Infinity: none is registered, as when that fails; the redirect answers meanwhile.
 */
export function redirectEnds(bound: readonly BoundPlace[], facts: Facts): ReadonlyMap<string, number> {
  const ending = bound.filter(({ id, binding }) => binding.redirect === undefined && isRedirected(id, facts.observed));
  const waits = ending.map((place) => [placeIdKey(place.id), waitMsOf(place, facts)] as const);
  return new Map(waits.filter(([, waitMs]) => waitMs > 0));
}

/** Without a pod that is ready the rule serves nobody, now or later. */
function waitMsOf({ id, standing, backends }: BoundPlace, { memory, nowMs }: Facts): number {
  const isComing = backends.backends.some(({ state, weight }) => state === 'ready' && weight > 0);
  const carrying = [...standing.targets.values()].filter(({ weight }) => weight > 0);
  if (!isComing || carrying.some(({ health }) => isServing(health))) return 0;
  // What was registered before a restart stood long enough.
  const since = carrying.map((target) => memory.registeredAtMs.get(targetKey({ ...id, ...target })) ?? -Infinity);
  return Math.min(...since) + patienceMs - nowMs;
}
