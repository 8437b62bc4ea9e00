import { mayHaveEffect, applyPlan, type Applied, type Apply } from './apply.ts';
import { scopeNow, type BalancerContext } from './balancer-context.ts';
import { drainsInDoubt, drainsOfEnding } from './drain-ending.ts';
import { logApplied } from './log-applied.ts';
import { namespacesOn } from './step-shares.ts';
import type { SetWeight } from '../core/model/step.ts';
import { targetKey } from '../core/model/target.ts';
import { afterWrites } from '../core/plan/seen-weights.ts';
import { withWritten } from '../core/plan/verify-writes.ts';

/** Whether it sent something, and all of it was done. */
type Drain = (id: string, loop: BalancerContext, signal: AbortSignal) => Promise<boolean>;

/** Before a look, which takes a while: what is known to end gets its weight 0. */
export const drainFirst: Drain = drained(drainsOfEnding);

/** After a look that failed: what ends may still have weight where a change failed. */
export const drainAgain: Drain = drained(drainsInDoubt);

function drained(drainsOf: typeof drainsOfEnding): Drain {
  return async (id, loop, signal) => {
    const steps = dueDrains(id, loop, drainsOf);
    if (steps.length === 0) return false;
    const applied = await writeSteps(id, { steps, refusedBefore: [] }, loop, signal);
    logApplied(loop.log, id, applied);
    return applied.done.length === steps.length;
  };
}

type Known = Pick<BalancerContext, 'state' | 'cluster'>;

/** Targets of an owner that leaves and keeps what it has keep their weight too. */
function dueDrains(id: string, loop: Known, drainsOf = drainsOfEnding): readonly SetWeight[] {
  const { state, cluster } = loop;
  const before = state.of(id);
  if (before === undefined) return [];
  const { releases } = scopeNow(id, loop);
  const isKept = (ownerUid: string) => releases.get(ownerUid) === 'keep';
  return drainsOf(before, cluster, state.memoryOf(id)).filter(({ owners }) => !owners.some(isKept));
}

/** Tells whether a weight 0 has become due that was not when this was called. */
export function newDrains(id: string, loop: Known): () => boolean {
  const due = () => dueDrains(id, loop).map(({ target }) => targetKey(target));
  const before = new Set(due());
  return () => due().some((key) => !before.has(key));
}

/** What was done is known at once; that it took effect, the next answer about health shows. */
export async function writeSteps(
  id: string,
  { steps, refusedBefore }: Pick<Apply, 'steps' | 'refusedBefore'>,
  loop: BalancerContext,
  signal: AbortSignal,
): Promise<Applied> {
  const { clb, cluster, state, nowMs } = loop;
  const isDrainDue = newDrains(id, loop);
  const fromMs = nowMs();
  state.beginWrites(id, steps);
  const shares = { namespaceOf: namespacesOn(id, cluster), turn: Math.floor(fromMs) };
  const applied = await applyPlan({ clb, balancerId: id, steps, refusedBefore, isDrainDue, signal, ...shares });
  const { done } = applied;
  const sent = { sent: mayHaveEffect(steps, applied), done, nowMs: nowMs() };
  const after = afterWrites(state.memoryOf(id), sent);
  state.remember(id, withWritten(after, { done, fromMs, nowMs: nowMs() }));
  state.apply(id, done);
  return applied;
}
