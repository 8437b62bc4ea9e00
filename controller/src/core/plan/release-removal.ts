import { placeAt, type BoundTarget, type ObservedLoadBalancer } from '../model/observed.ts';
import { targetKey } from '../model/target.ts';
import type { Facts } from './facts.ts';
import { fingerprint } from './fingerprint.ts';

/** Those of the targets that stand at the owner's own places: others on the CLB may be in another namespace. */
export function targetsOf(
  ownerUid: string,
  targets: readonly BoundTarget[],
  observed: ObservedLoadBalancer,
): readonly BoundTarget[] {
  return targets.filter((target) => placeAt(observed, target)?.ownerUids.includes(ownerUid));
}

/**
 * What an owner's annotation says to let these go. It stands for these targets alone, so that the annotation, when it
 * is forgotten, lets nothing else go.
 */
export function releaseOf(withheld: readonly BoundTarget[]): string {
  return fingerprint(withheld.map(targetKey).toSorted().join());
}

/** By targetKey: those of the withheld targets that people let go. At a place of several owners each of them must. */
export function releasedBy(withheld: readonly BoundTarget[], { owners, observed }: Facts): ReadonlySet<string> {
  if (observed === undefined) return new Set();
  const keptBy = owners.flatMap(({ uid, releaseRemoval }) => {
    const own = targetsOf(uid, withheld, observed);
    return releaseRemoval === releaseOf(own) ? [] : own.map(targetKey);
  });
  const known = new Set(owners.map(({ uid }) => uid));
  const owned = withheld.filter((target) => placeAt(observed, target)?.ownerUids.some((uid) => known.has(uid)));
  return new Set(owned.map(targetKey)).difference(new Set(keptBy));
}
