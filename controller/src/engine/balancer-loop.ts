import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { unseen } from '../core/model/balancer-state.ts';
import { cloudTrouble, kindOf, notFound } from '../core/model/cloud-trouble.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { isEmpty, planChanges, type Plan } from '../core/plan/plan.ts';
import { scopeOf, type Scope } from '../core/plan/scope.ts';
import { applyPlan } from './apply.ts';
import { Attempts } from './attempts.ts';
import { showTrouble, type BalancerContext, type BalancerLoopOptions } from './balancer-context.ts';
import { conclude } from './conclude.ts';
import { drainsOfEnding } from './drain-ending.ts';
import { memoryAfterApply } from '../core/plan/memory-after.ts';
import { factsFrom, podsBehind } from './facts.ts';
import { logApplied } from './log-applied.ts';
import { observe } from './observe.ts';
import { showPlan } from './show-plan.ts';

const settled: Outcome = { kind: 'settled' };

/** Reconciles one CLB: observe, plan, withhold what looks like an accident, apply. */
export function createBalancerLoop(
  options: BalancerLoopOptions,
): (id: string, signal: AbortSignal) => Promise<Outcome> {
  const loop: BalancerContext = { ...options, attempts: new Attempts() };
  return async (id, signal) => {
    const scope = scopeNow(id, loop);
    if (scope.owners.length === 0) return forget(id, loop);
    try {
      await drainFirst(id, loop, signal);
      return await reconcile(id, loop, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return afterFailedLook(id, { scope, error }, loop);
    }
  };
}

async function drainFirst(id: string, loop: BalancerContext, signal: AbortSignal): Promise<void> {
  const { clb, cluster, state, log } = loop;
  const before = state.of(id);
  const steps = before === undefined ? [] : drainsOfEnding(before, cluster);
  if (steps.length === 0) return;
  const applied = await applyPlan({ clb, balancerId: id, steps, refusedBefore: [], signal });
  state.apply(id, applied.done);
  logApplied(log, id, applied);
}

/** Nothing is thrown, so that a pod that begins to end during the pause gets its weight 0 at once. */
function afterFailedLook(
  id: string,
  { scope, error }: { scope: Scope; error: unknown },
  loop: BalancerContext,
): Outcome {
  showTrouble(id, scope, cloudTrouble(error), loop);
  const afterMs = pauseAfter(kindOf(error), loop.attempts.failed(id), 1);
  loop.log.debug({ loadBalancer: id, afterMs, err: error }, 'the load balancer could not be read');
  return { kind: 'recheck', afterMs };
}

function scopeNow(id: string, { cluster, state }: BalancerContext): Scope {
  return scopeOf(id, cluster.ownersOn(id), cluster.tkePresent(), (other) => state.of(other));
}

function forget(id: string, { state, attempts, log }: BalancerContext): Outcome {
  const left = (state.of(id)?.observed?.listeners ?? []).filter(({ isOurs }) => isOurs);
  const listeners = left.map((listener) => listener.id);
  if (left.length > 0)
    log.warn({ loadBalancer: id, listeners }, 'listeners of this cluster remain that no object wants');
  state.forget(id);
  attempts.forget(id);
  return settled;
}

/**
 * After the look everything up to the observed state is one step without a pause: the owners are asked as they are
 * then, and what is about to be made shows in the state, so that no owner is released from a CLB where its listener is
 * on its way.
 */
async function reconcile(id: string, loop: BalancerContext, signal: AbortSignal): Promise<Outcome> {
  const { clb, state, clusterId, nowMs } = loop;
  const memoryNow = () => state.memoryOf(id);
  const seen = await observe({ clb, clusterId, balancerId: id, memoryNow, nowMs, signal });
  const scope = scopeNow(id, loop);
  if (scope.owners.length === 0) return forget(id, loop);
  if (seen === undefined) return absent(id, scope, loop);
  const podsOf = podsBehind(loop.cluster);
  const facts = factsFrom(scope, seen, podsOf, loop);
  const plan = planChanges(facts);
  showPlan(id, { scope, plan, seen, podsOf }, loop);
  if (isEmpty(plan)) {
    loop.attempts.forget(id);
    return whenNext(plan, loop);
  }
  const refusedBefore = state.memoryOf(id).refused;
  const applied = await applyPlan({ clb, balancerId: id, steps: plan.steps, refusedBefore, signal });
  state.remember(id, memoryAfterApply(state.memoryOf(id), applied, nowMs()));
  state.apply(id, applied.done);
  logApplied(loop.log, id, applied, plan.withheld.length);
  if (applied.failures.length > 0) signal.throwIfAborted();
  return conclude(id, { scope, plan, applied }, loop);
}

/** A port that others hold may become free at any time, and nothing says when. */
function whenNext({ dueInMs, conflicts }: Plan, { absentRecheckMs }: BalancerContext): Outcome {
  const afterMs = Math.min(dueInMs ?? Infinity, conflicts.length > 0 ? absentRecheckMs : Infinity);
  return afterMs === Infinity ? settled : { kind: 'recheck', afterMs };
}

function absent(id: string, scope: Scope, loop: BalancerContext): Outcome {
  loop.state.set({ ...unseen(id), phase: 'absent' }, loop.state.memoryOf(id));
  showTrouble(id, scope, notFound(id, loop.region), loop);
  return { kind: 'recheck', afterMs: loop.absentRecheckMs };
}
