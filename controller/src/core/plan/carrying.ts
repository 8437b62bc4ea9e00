import type { Backends } from '../model/backend.ts';
import { isRedirected } from '../model/observed.ts';
import { isServing } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';

/**
 * The place has a target that the CLB sends to, or its owner has no backend to offer or wants none to have weight. One
 * that is to redirect does so, and one that is not does so no more.
 */
export function isCarrying(
  { binding, id, standing, backends }: Omit<BoundPlace, 'place'>,
  { observed }: Facts,
): boolean {
  const redirects = isRedirected(id, observed);
  if (binding.redirect !== undefined || redirects) return binding.redirect !== undefined && redirects;
  const targets = [...standing.targets.values()];
  return targets.some(({ weight, health }) => weight > 0 && isServing(health)) || needsNoTarget(backends);
}

/** There is no backend, or a person wants none to have weight. */
export function needsNoTarget({ backends, isEmpty }: Backends): boolean {
  const ready = backends.filter(({ state }) => state === 'ready');
  return isEmpty || (ready.length > 0 && ready.every(({ weight }) => weight === 0));
}
