import type { DesiredLoadBalancer } from '../model/desired.ts';
import type { ObservedListener } from '../model/observed.ts';
import { standingFor } from './bound-place.ts';
import type { Facts } from './facts.ts';

/**
 * A listener that its owners left stands where the quota of the CLB has no room for another one of theirs: what would
 * replace it can only be made in its place, so it does not wait for that.
 */
export function isInTheWay(
  { ownerUids, rules }: ObservedListener,
  desired: DesiredLoadBalancer,
  facts: Facts,
): boolean {
  const standing = facts.observed?.listeners ?? [];
  if (standing.length < (facts.quota.listeners ?? Infinity)) return false;
  // One with rules of others stays anyway.
  if (!rules.every(({ isOurs }) => isOurs)) return false;
  const missing = desired.listeners.filter((listener) => standingFor(listener, standing) === undefined);
  const waiting = new Set(missing.flatMap(({ owners }) => owners.map(({ uid }) => uid)));
  return ownerUids.length > 0 && ownerUids.every((uid) => waiting.has(uid) && !facts.releases.has(uid));
}
