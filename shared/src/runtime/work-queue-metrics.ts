import type { Registry } from 'prom-client';
import { counter, gauge, histogram } from './metrics.ts';

type Ended = 'settled' | 'recheck' | 'failed' | 'aborted';

/** The metrics of one queue. */
export interface WorkQueueMetrics {
  depth(keys: number): void;
  ended(outcome: Ended, runMs: number): void;
}

export function workQueueMetrics(name: string, registry: Registry | undefined): WorkQueueMetrics {
  const depth = gauge(registry, {
    name: 'work_queue_depth',
    help: 'Keys that wait for a free place.',
    labelNames: ['queue'],
  });
  const runs = counter(registry, {
    name: 'work_queue_runs_total',
    help: 'Ended runs by outcome.',
    labelNames: ['queue', 'outcome'],
  });
  const duration = histogram(registry, {
    name: 'work_queue_run_seconds',
    help: 'How long runs take.',
    labelNames: ['queue'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60],
  });
  depth.set({ queue: name }, 0);
  for (const outcome of ['settled', 'recheck', 'failed', 'aborted']) runs.inc({ queue: name, outcome }, 0);
  return {
    depth: (keys) => depth.set({ queue: name }, keys),
    ended: (outcome, runMs) => {
      runs.inc({ queue: name, outcome });
      duration.observe({ queue: name }, runMs / 1_000);
    },
  };
}
