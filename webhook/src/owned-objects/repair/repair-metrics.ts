import { counter, gauge } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';

/** Counts repairs, and shows when nothing had to be repaired. */
export interface RepairMetrics {
  repaired(object: 'secret' | 'registration' | 'service', kinds: readonly string[]): void;
  /** Everything was just seen as it has to be. */
  checked(): void;
}

export function createRepairMetrics(registry: Registry): RepairMetrics {
  const repairs = counter(registry, {
    name: 'repairs_total',
    help: 'Repairs of the Secret, the registration and the Service, by what was wrong.',
    labelNames: ['object', 'kind'],
  });
  const lastCheck = gauge(registry, {
    name: 'last_check_timestamp_seconds',
    help: 'When this replica, as the leader, last saw Secret, registration and Service as they have to be.',
    labelNames: [],
  });
  return {
    repaired(object, kinds) {
      for (const kind of kinds) repairs.inc({ object, kind });
    },
    checked: () => lastCheck.setToCurrentTime(),
  };
}
