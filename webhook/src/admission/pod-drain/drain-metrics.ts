import { counter, gauge, histogram } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { DrainOutcome } from './drain-outcome.ts';

export interface DrainMetrics {
  /** A deletion was let through, or an eviction refused. */
  answered(outcome: DrainOutcome): void;
  /** A deletion begins to wait; call the answer when it ends. */
  began(): () => void;
}

const buckets = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30];

/** Registers the metrics of held deletions. */
export function createDrainMetrics(registry: Registry): DrainMetrics {
  const deletions = counter(registry, {
    name: 'pod_deletions_total',
    help: 'Deletions and evictions of pods, by why they were let through, or refused (budget-exhausted).',
    labelNames: ['outcome'],
  });
  const held = gauge(registry, {
    name: 'held_deletions',
    help: 'Deletions that wait for a drain now.',
    labelNames: [],
  });
  const seconds = histogram(registry, {
    name: 'held_deletion_seconds',
    help: 'How long deletions waited.',
    labelNames: [],
    buckets,
  });
  return {
    answered: (outcome) => deletions.inc({ outcome }),
    began() {
      const startedMs = performance.now();
      held.inc();
      return () => {
        held.dec();
        seconds.observe((performance.now() - startedMs) / 1_000);
      };
    },
  };
}
