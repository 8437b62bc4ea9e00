import {
  runWithLease,
  type Leadership,
  type LeaseOptions,
} from '@clb-direct/shared/kube/leader-election/run-with-lease.ts';
import type { ReconcileLoops } from '../reconcile-loop/reconcile-loops.ts';
import type { LeaderParts } from './leader-parts.ts';
import { createLeaderTasks } from './leader-tasks.ts';

export interface LeaderOptions {
  readonly lease: LeaseOptions;
  readonly parts: LeaderParts;
  readonly loops: ReconcileLoops;
  /** Runs beside the loops of a term, until its signal aborts. */
  readonly besides: (signal: AbortSignal) => Promise<void>;
}

/**
 * Competes for the Lease and runs the leader's loops while it is held, until the signal of the Lease's options aborts.
 */
export async function runAsLeader(o: LeaderOptions): Promise<void> {
  await runWithLease(o.lease, (held) => lead(o, held));
}

async function lead({ parts, loops, besides }: LeaderOptions, held: Leadership): Promise<void> {
  const { signal } = held;
  const ended = besides(signal);
  const tasks = createLeaderTasks(parts, () => loops.trigger());
  // A run's own signal aborts at its deadline too; the Lease is asked before each write.
  const right = (aborted: AbortSignal) => ({ signal: aborted, isHeld: () => held.isHeld() });
  await Promise.all([
    loops.run({ name: 'heal', reconcile: (aborted) => tasks.repair(right(aborted)), signal }),
    loops.run({ name: 'certificates', reconcile: (aborted) => tasks.advance(right(aborted)), signal }),
  ]);
  parts.rotationMetrics.phase(undefined);
  await ended;
}
