import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Problem } from '../core/binding.ts';
import { scopeOf, type Scope } from '../core/claims.ts';
import type { ClbPort } from '../core/clb-port.ts';
import { isEmpty, planChanges, type Limits, type Plan } from '../core/plan.ts';
import type { Announcer, ClusterView } from '../core/ports.ts';
import { sightFrom, type Look } from '../core/see.ts';
import { emptySight } from '../core/sight.ts';
import { targetKey } from '../core/target.ts';
import { absentReason, notFound, refusedTargets, troubleOf } from '../core/trouble.ts';
import { applyPlan, type Applied } from './apply.ts';
import type { Board } from './board.ts';
import { observe } from './observe.ts';
import { afterApply, factsFrom, noteWithheld } from './facts.ts';

export interface BalancerLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly board: Board;
  readonly announcer: Announcer;
  readonly log: Log;
  readonly clusterId: string;
  readonly region: string;
  readonly limits: Limits;
  /** After a change: look again this soon, to see that it took effect. */
  readonly confirmMs: number;
  /** While a CLB does not exist or somebody else holds a port: look again this often. */
  readonly absentRecheckMs: number;
  readonly hasEnded: (uid: string) => boolean;
  /** Tells the other loops that the board shows something new about this CLB. */
  readonly onSeen: (scope: Scope) => void;
  readonly nowMs: () => number;
}

const settled: Outcome = { kind: 'settled' };

/** One turn for one CLB: look, write down what was seen, plan, hold back what looks like an accident, apply. */
export function createBalancerLoop(
  options: BalancerLoopOptions,
): (id: string, signal: AbortSignal) => Promise<Outcome> {
  return async (id, signal) => {
    const { cluster, board } = options;
    const scope = scopeOf(id, cluster.services(), cluster.tkePresent(), (other) => board.sightOf(other));
    if (scope.services.length === 0) {
      board.forget(id);
      return settled;
    }
    try {
      return await turn(id, scope, options, signal);
    } catch (error) {
      if (!signal.aborted) showTrouble(id, scope, troubleOf(error), options);
      throw error;
    }
  };
}

async function turn(id: string, scope: Scope, options: BalancerLoopOptions, signal: AbortSignal): Promise<Outcome> {
  const { clb, board, clusterId, nowMs } = options;
  const seen = await observe({ clb, clusterId, loadBalancerId: id, memory: board.memoryOf(id), nowMs, signal });
  if (seen === undefined) {
    showTrouble(id, scope, notFound(id, options.region), options);
    return { kind: 'recheck', afterMs: options.absentRecheckMs };
  }
  const plan = planChanges(factsFrom(scope, seen.look, seen.memory, options));
  const memory = noteWithheld(seen.memory, plan, nowMs());
  board.see(sightFrom(seen.look, plan, memory, clusterId), memory);
  tellConflicts(scope, plan, options);
  options.onSeen(scope);
  if (isEmpty(plan)) return whenNext(plan, options);
  const applied = await applyPlan(clb, id, plan, signal);
  board.remember(id, afterApply(memory, applied, nowMs()));
  return conclude(id, { scope, plan, applied, look: seen.look }, options);
}

/** A port that somebody else holds may become free at any time, and nothing tells us when. */
function whenNext(plan: Plan, { absentRecheckMs }: BalancerLoopOptions): Outcome {
  const afterMs = Math.min(plan.dueInMs ?? Infinity, plan.conflicts.length > 0 ? absentRecheckMs : Infinity);
  return afterMs === Infinity ? settled : { kind: 'recheck', afterMs };
}

interface Turn {
  readonly scope: Scope;
  readonly plan: Plan;
  readonly applied: Applied;
  readonly look: Look;
}

function conclude(id: string, { scope, plan, applied }: Turn, options: BalancerLoopOptions): Outcome {
  logChanges(id, plan, applied, options.log);
  for (const refusal of applied.refusals) announce(scope, refusedTargets(refusal), options);
  if (applied.errors.length > 0) throw new AggregateError(applied.errors, `changing ${id} failed in part`);
  if (applied.refusals.length > 0) throw new Error(applied.refusals.map(({ message }) => message).join('; '));
  return { kind: 'recheck', afterMs: options.confirmMs };
}

function logChanges(id: string, plan: Plan, applied: Applied, log: Log): void {
  const counts = {
    drained: plan.drain.length,
    created: plan.createListeners.length,
    evicted: plan.evict.length,
    registered: plan.register.length,
    restored: plan.restore.length,
    deregistered: plan.deregister.length,
    deletedListeners: plan.deleteListeners.length,
    withheld: plan.withheld.length,
  };
  const nonZero = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  log.info({ loadBalancer: id, ...nonZero, failedSteps: applied.errors.length }, 'changed the load balancer');
}

function tellConflicts(scope: Scope, plan: Plan, options: BalancerLoopOptions): void {
  for (const { service } of scope.claims) {
    const mine = plan.conflicts.filter(({ serviceUid }) => serviceUid === service.uid);
    for (const { reason, message } of mine)
      options.announcer.aboutService(service, { type: 'Warning', reason, message });
  }
  if (plan.withheld.length === 0) return;
  const names = plan.withheld.slice(0, 5).map(targetKey).join(', ');
  const message = `${plan.withheld.length} targets stay on for now, because taking them off would leave too little behind them: ${names}`;
  announce(scope, { reason: 'RemovalWithheld', message }, options);
}

/** Shows on the board, on the Services and in the gates why nothing moves. What was seen before stays. */
function showTrouble(id: string, scope: Scope, trouble: Problem, options: BalancerLoopOptions): void {
  const { board } = options;
  const absent = trouble.reason === absentReason;
  board.see({ ...(board.sightOf(id) ?? emptySight(id)), trouble, absent }, board.memoryOf(id));
  announce(scope, trouble, options);
  options.onSeen(scope);
}

function announce(scope: Scope, { reason, message }: Problem, { announcer }: BalancerLoopOptions): void {
  for (const service of scope.services) announcer.aboutService(service, { type: 'Warning', reason, message });
}
