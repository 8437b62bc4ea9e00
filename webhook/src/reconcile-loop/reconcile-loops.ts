import { isConflict, KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import { between } from '@clb-direct/shared/runtime/backoff.ts';
import { withDeadline } from '@clb-direct/shared/runtime/deadline.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { startWorkQueue, type WorkQueue } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Registry } from 'prom-client';
import { createLiveness } from './liveness.ts';

/** The loops of this replica. They share a trigger and a liveness check. */
export interface ReconcileLoops {
  /** Something may have changed: enqueues every loop that runs. It carries nothing, each loop reads what it needs. */
  trigger(): void;
  /** Enqueues this loop alone, also one that ignores the common trigger. */
  triggerOne(name: string): void;
  /** Runs a loop: at once, after each trigger, and as long after a run as that run says. Ends with the signal. */
  run(loop: ReconcileLoop): Promise<void>;
  /** Which loops are stuck, in words; empty = none. */
  stuck(): readonly string[];
}

export interface ReconcileLoop {
  /** Also the `queue` label of the work queue's metrics. */
  readonly name: string;
  /**
   * Returns how long to wait for the next run, in milliseconds. What it throws is logged, and it runs again after a
   * pause.
   */
  readonly reconcile: (signal: AbortSignal) => Promise<number>;
  readonly signal: AbortSignal;
  /** Only its own trigger and its schedule start it. */
  readonly ignoresTrigger?: boolean;
  /** The pause after a failure: it doubles with each failure in a row. */
  readonly retryMs?: RetryMs;
}

interface RetryMs {
  readonly first: number;
  readonly most: number;
}

/** A run that takes longer is cut off: each request in it has a deadline, but requests may be repeated. */
export const longestRunMs = 120_000;

const usualRetryMs: RetryMs = { first: 250, most: 2_000 };
const conflictRetryMs = 100;

/** `stuckAfterMs`: how long a loop may go without finishing a run. The clock is one that never jumps. */
export function createReconcileLoops(o: {
  stuckAfterMs: number;
  monotonicMs: () => number;
  log: Log;
  registry: Registry;
}): ReconcileLoops {
  const { log, registry, monotonicMs } = o;
  const queues = new Map<string, { readonly queue: WorkQueue; readonly ignoresTrigger: boolean }>();
  const liveness = createLiveness({ limitMs: o.stuckAfterMs, monotonicMs });

  async function run({ name, reconcile, signal, ignoresTrigger = false, retryMs = usualRetryMs }: ReconcileLoop) {
    const runOnce = async () => {
      try {
        const afterMs = await withDeadline({ ms: longestRunMs, signal }, reconcile);
        return { kind: 'recheck', afterMs } as const;
      } finally {
        liveness.ran(name);
      }
    };
    const pauseMs = (error: unknown, failures: number) => pauseAfter(error, failures, retryMs);
    const queue = startWorkQueue({ name, concurrency: 1, run: runOnce, pauseMs, log, registry, signal });
    queues.set(name, { queue, ignoresTrigger });
    liveness.ran(name);
    queue.add(name);
    await queue.stopped;
    if (queues.get(name)?.queue === queue) queues.delete(name);
    liveness.ended(name);
  }

  return {
    trigger: () =>
      queues.forEach(({ queue, ignoresTrigger }, name) => {
        if (!ignoresTrigger) queue.add(name);
      }),
    triggerOne: (name) => queues.get(name)?.queue.add(name),
    run,
    stuck: () => liveness.problems(),
  };
}

function pauseAfter(error: unknown, failures: number, { first, most }: RetryMs): number {
  if (isConflict(error)) return conflictRetryMs * between(1, 2);
  const leastMs = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(leastMs, Math.min(most, first * 2 ** (failures - 1)) * between(0.5, 1));
}
