import { counter } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { SleepOutcome } from './judge-sleep.ts';

/** Registers the metric of preStop sleeps: warnings reach whoever creates a pod, which is seldom a person. */
export function createPreStopMetrics(registry: Registry): (outcome: SleepOutcome) => void {
  const sleeps = counter(registry, {
    name: 'pre_stop_sleeps_total',
    help: 'New pods with the gate, by what became of their preStop sleep.',
    labelNames: ['outcome'],
  });
  return (outcome) => sleeps.inc({ outcome });
}
