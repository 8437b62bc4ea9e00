import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { isRoutine } from '../core/model/step.ts';
import type { Plan } from '../core/plan/plan.ts';
import { settlesInMs } from '../core/plan/unsettled-creations.ts';
import { letsGo } from '../core/plan/used-places.ts';
import type { BalancerContext } from './balancer-context.ts';
import type { ObservedState } from './observed-state.ts';
import type { Judged } from './show-plan.ts';

/** What waits for others to let a place or an address go, or for a write without an answer, learns only from a look. */
export function isKnownEnough({ plan, seen }: Judged, id: string, state: ObservedState): boolean {
  const { steps, waitsForPlace, used } = plan;
  const isSettled = seen.memory.unsettledCreations.size < state.memoryOf(id).unsettledCreations.size;
  return (
    steps.every(isRoutine) && (steps.length > 0 || !waitsForPlace) && !letsGo(state.of(id)?.used, used) && !isSettled
  );
}

export function sooner(outcome: Outcome, waitMs: number): Outcome {
  return { kind: 'recheck', afterMs: outcome.kind === 'recheck' ? Math.min(outcome.afterMs, waitMs) : waitMs };
}

/** A port that others hold may become free at any time, and nothing says when. */
export function whenNext(id: string, { dueInMs, waitsForPlace }: Plan, loop: BalancerContext): Outcome {
  const { state, nowMs, conflictRecheckMs } = loop;
  const settlesMs = settlesInMs(state.memoryOf(id).unsettledCreations, nowMs());
  const afterMs = Math.min(dueInMs ?? Infinity, settlesMs ?? Infinity, waitsForPlace ? conflictRecheckMs : Infinity);
  return afterMs === Infinity ? { kind: 'settled' } : { kind: 'recheck', afterMs };
}
