import { namedBalancers, type OwnerView } from './owner-view.ts';

/** What decides which CLB is shown as the one that an owner uses. */
type ShownHolder = Pick<
  OwnerView,
  'owned' | 'newBalancer' | 'bindings' | 'ending' | 'skip' | 'shownBalancers' | 'shownInUse'
>;

export interface ShownFacts {
  /** The finalizer stands. */
  readonly isHeld: boolean;
  readonly tkePresent: boolean;
}

/**
 * What is to be shown, as TKE's controller does it, as the CLB that it uses. What TKE's controller wrote is never
 * replaced where that runs: the two would write for ever.
 */
export function shownInUse(holder: ShownHolder, { isHeld, tkePresent }: ShownFacts): string | undefined {
  const { ending, shownBalancers, shownInUse: now } = holder;
  const isOurs = now === undefined || shownBalancers.includes(now);
  if (ending || (tkePresent && !isOurs)) return now;
  if (isHeld) return inUse(holder);
  // What it had is gone with the finalizer; what it had while it was skipped stands.
  return isOurs && holder.skip === 'no' ? undefined : now;
}

function inUse(holder: ShownHolder): string | undefined {
  const { owned, newBalancer, shownInUse: now } = holder;
  if (newBalancer !== undefined) return owned === undefined ? now : owned.balancerId;
  const [named, ...others] = new Set(namedBalancers(holder));
  return named === undefined || others.length > 0 ? now : named;
}
