import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';

type Run = (key: string, signal: AbortSignal) => Promise<Outcome>;

/** Everything that is judged of one pod, in this order; the soonest recheck counts. */
export function createPodLoop(runs: readonly Run[]): Run {
  return async (key, signal) => {
    const rechecks: number[] = [];
    for (const run of runs) {
      const outcome = await run(key, signal);
      if (outcome.kind === 'recheck') rechecks.push(outcome.afterMs);
    }
    return rechecks.length === 0 ? { kind: 'settled' } : { kind: 'recheck', afterMs: Math.min(...rechecks) };
  };
}
