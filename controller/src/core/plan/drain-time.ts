import type { OwnerView } from '../model/owner-view.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import type { RemovalLimits } from './removals.ts';

/** By owner UID, for owners that ask for a time of their own. */
export function drainsOf(owners: readonly Pick<OwnerView, 'uid' | 'bindings'>[]): ReadonlyMap<string, number> {
  const asked = owners.map(({ uid, bindings }) => [uid, bindings.flatMap(({ drainMs }) => drainMs ?? [])] as const);
  return new Map(asked.filter(([, times]) => times.length > 0).map(([uid, times]) => [uid, Math.max(...times)]));
}

/** At a place that a binding uses, the binding decides. */
export function limitsAt({ binding }: Pick<BoundPlace, 'binding'>, { limits }: Facts): RemovalLimits {
  return { ...limits, drainMs: binding.drainMs ?? limits.drainMs };
}

/** At a place that no binding uses any more: of several owners the most patient one decides. */
export function drainMsOf(ownerUids: readonly string[], { drainMs, limits }: Facts): number {
  const times = ownerUids.map((uid) => drainMs.get(uid) ?? limits.drainMs);
  return times.length === 0 ? limits.drainMs : Math.max(...times);
}
