import type { Clock } from '../runtime/clock.ts';
import type { Store } from '../state/store.ts';

/** Lets DescribeTargetHealth tell a target's health this much later than the data plane acts on it. */
export function reportHealthLate({ store, clock, lagMs }: { store: Store; clock: Clock; lagMs: number }): void {
  if (lagMs <= 0) return;
  store.watch((change) => {
    if (change.kind !== 'health') return;
    const { target } = change.at;
    const { health } = target;
    target.reportedHealth ??= change.from;
    clock.after(lagMs, () => (target.reportedHealth = health));
  });
}
