import type { Clock } from '../runtime/clock.ts';
import type { Store } from '../state/store.ts';

/** Makes DescribeTargetHealth show a target's health `lagMs` after the data plane acts on it. */
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
