import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import {
  about,
  balancerFindings,
  refusedFindings,
  restoredFindings,
  type OwnerFinding,
} from '../core/findings/balancer-findings.ts';
import type { GateNames } from '../core/findings/targets-without-gate.ts';
import { progressOf, unseen } from '../core/model/balancer-state.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import { cloudTrouble, kindOf, notFound, withoutEffect } from '../core/model/cloud-trouble.ts';
import type { ClusterView, Reporter } from '../core/model/cluster-port.ts';
import { isKind } from '../core/model/step.ts';
import type { Facts } from '../core/plan/facts.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { isEmpty, planChanges, type Plan } from '../core/plan/plan.ts';
import { scopeOf, type Scope } from '../core/plan/scope.ts';
import { refusalsOf, stateFromPlan } from '../core/plan/state-from-plan.ts';
import { applyPlan, type Applied } from './apply.ts';
import { Attempts } from './attempts.ts';
import { drainEnding } from './drain-ending.ts';
import { factsFrom, memoryAfterApply, memoryAfterPlan, podsBehind, type Limits, type PodsOf } from './facts.ts';
import { logApplied } from './log-applied.ts';
import { observe, type Observation } from './observe.ts';
import type { ObservedState } from './observed-state.ts';

export interface BalancerLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly reporter: Reporter;
  readonly log: Log;
  readonly clusterId: string;
  /** The cluster's. */
  readonly vpcId: string;
  readonly gate: GateNames;
  readonly region: string;
  readonly limits: Limits;
  /** After a change: look again this soon, to see that it took effect. */
  readonly confirmMs: number;
  /** While a CLB does not exist or a port is held by others: look again this often. */
  readonly absentRecheckMs: number;
  readonly hasEnded: (uid: string) => boolean;
  /** The observed state of this CLB is new to the other loops. */
  readonly onObserved: (scope: Scope) => void;
  /** What other CLBs may wait for has changed on this one. */
  readonly onProgress: (id: string) => void;
  readonly nowMs: () => number;
}

const settled: Outcome = { kind: 'settled' };

interface Loop extends BalancerLoopOptions {
  readonly attempts: Attempts;
}

/** Reconciles one CLB: observe, plan, withhold what looks like an accident, apply. */
export function createBalancerLoop(
  options: BalancerLoopOptions,
): (id: string, signal: AbortSignal) => Promise<Outcome> {
  const loop: Loop = { ...options, attempts: new Attempts() };
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

async function drainFirst(id: string, loop: Loop, signal: AbortSignal): Promise<void> {
  try {
    loop.state.apply(id, await drainEnding({ ...loop, state: loop.state.of(id), signal }));
  } catch (error) {
    loop.log.warn({ loadBalancer: id, err: error }, 'pods that are ending keep their weight for now');
  }
}

/** Nothing is thrown, so that a pod that begins to end during the pause gets its weight 0 at once. */
function afterFailedLook(id: string, { scope, error }: { scope: Scope; error: unknown }, loop: Loop): Outcome {
  showTrouble(id, scope, cloudTrouble(error), loop);
  const afterMs = pauseAfter(kindOf(error), loop.attempts.failed(id), 1);
  loop.log.warn({ loadBalancer: id, afterMs, err: error }, 'the load balancer could not be looked at');
  return { kind: 'recheck', afterMs };
}

function scopeNow(id: string, { cluster, state }: Loop): Scope {
  return scopeOf(id, cluster.ownersOn(id), cluster.tkePresent(), (other) => state.of(other));
}

function forget(id: string, { state, attempts }: Loop): Outcome {
  state.forget(id);
  attempts.forget(id);
  return settled;
}

/**
 * After the look everything up to the observed state is one step without a pause: the owners are asked as they are then, and
 * what is about to be made shows in the state, so that no owner is released from a CLB where its listener is on its way.
 */
async function reconcile(id: string, loop: Loop, signal: AbortSignal): Promise<Outcome> {
  const { clb, state, clusterId, nowMs } = loop;
  const memoryNow = () => state.memoryOf(id);
  const seen = await observe({ clb, clusterId, balancerId: id, memoryNow, nowMs, signal });
  const scope = scopeNow(id, loop);
  if (scope.owners.length === 0) return forget(id, loop);
  if (seen === undefined) return absent(id, scope, loop);
  const podsOf = podsBehind(loop.cluster);
  const facts = factsFrom(scope, seen, podsOf, loop);
  const plan = planChanges(facts);
  show(id, { scope, facts, plan, seen, podsOf }, loop);
  if (isEmpty(plan)) {
    loop.attempts.forget(id);
    return whenNext(plan, loop);
  }
  const refusedBefore = state.memoryOf(id).refused;
  const applied = await applyPlan({ clb, balancerId: id, steps: plan.steps, refusedBefore, signal });
  state.remember(id, memoryAfterApply(state.memoryOf(id), applied, nowMs()));
  state.apply(id, applied.done);
  logApplied(loop.log, id, plan, applied);
  if (applied.failures.length > 0) signal.throwIfAborted();
  return conclude(id, { scope, plan, applied }, loop);
}

/** A port that others hold may become free at any time, and nothing says when. */
function whenNext({ dueInMs, conflicts }: Plan, { absentRecheckMs }: Loop): Outcome {
  const afterMs = Math.min(dueInMs ?? Infinity, conflicts.length > 0 ? absentRecheckMs : Infinity);
  return afterMs === Infinity ? settled : { kind: 'recheck', afterMs };
}

function absent(id: string, scope: Scope, loop: Loop): Outcome {
  loop.state.set({ ...unseen(id), phase: 'absent' }, loop.state.memoryOf(id));
  showTrouble(id, scope, notFound(id, loop.region), loop);
  return { kind: 'recheck', afterMs: loop.absentRecheckMs };
}

interface Judged {
  readonly scope: Scope;
  readonly facts: Facts;
  readonly plan: Plan;
  readonly seen: Observation;
  readonly podsOf: PodsOf;
}

/** A change that failed is still what stands in the way until it has been made, or is not needed any more. */
function show(id: string, { scope, plan, seen, podsOf }: Judged, loop: Loop): void {
  const { gate, vpcId } = loop;
  const before = loop.state.of(id);
  const memory = memoryAfterPlan(seen, plan, { before, nowMs: loop.nowMs() });
  const trouble = isEmpty(plan) || before?.phase !== 'seen' ? undefined : before.trouble;
  const state = { ...stateFromPlan(seen.observed, plan, memory), trouble };
  loop.state.set(state, memory);
  const missing = memory.missingListeners;
  report(balancerFindings({ scope, observed: seen.observed, plan, missing, podsOf, gate, vpcId }), loop);
  if (before?.trouble !== undefined && trouble === undefined) report(about(scope.owners, recovered(id)), loop);
  loop.onObserved(scope);
  if (progressOf(before) !== progressOf(state)) loop.onProgress(id);
}

function recovered(id: string): Finding {
  return { severity: 'Normal', reason: 'LoadBalancerRecovered', message: `${id} can be read and changed again.` };
}

function report(findings: readonly OwnerFinding[], { reporter }: Loop): void {
  for (const { owner, finding } of findings) reporter.aboutOwner(owner, finding);
}

interface Run {
  readonly scope: Scope;
  readonly plan: Plan;
  readonly applied: Applied;
}

/**
 * A step that failed is tried again after a while, but nothing is thrown: the queue would leave the whole CLB alone for
 * that while, and a pod that begins to end meanwhile, perhaps of another owner, would go on getting connections.
 */
function conclude(id: string, { scope, plan, applied }: Run, loop: Loop): Outcome {
  const { attempts, state, confirmMs } = loop;
  const { done, refused, failures } = applied;
  const hasFailed = failures.length + refused.length > 0;
  const isVain = !hasFailed && attempts.isRepeated(id, plan.steps);
  const missing = state.memoryOf(id).missingListeners;
  report(restoredFindings(done.filter(isKind('create-listener')), missing, { scope, balancerId: id }), loop);
  showRefused(id, scope, applied, loop);
  const errors = isVain ? [withoutEffect(id)] : errorsOf(applied);
  if (errors.length > 0) showTrouble(id, scope, cloudTrouble(failedInPart(id, errors)), loop);
  else state.setTrouble(id, undefined);
  if (!hasFailed && !isVain) {
    attempts.confirmed(id, plan.steps);
    return { kind: 'recheck', afterMs: confirmMs };
  }
  const error = failedInPart(id, [...errors, ...refused.map((one) => one.error)]);
  loop.log.warn({ loadBalancer: id, err: error }, 'a change of the load balancer failed');
  const made = done.filter(({ kind }) => kind === 'register' || kind === 'create-listener' || kind === 'create-rule');
  const isProgress = !isVain && attempts.isProgress(id, made);
  const failed = attempts.failed(id);
  // What was there a moment ago was deleted by hand: the look that shows it must not wait.
  const isNewlyGone = kindOf(error) === 'gone' && failed === 1;
  return { kind: 'recheck', afterMs: isProgress || isNewlyGone ? confirmMs : pauseAfter(kindOf(error), failed, 1) };
}

/** A refused place is an obstacle of its owners; everything else that failed is trouble of the whole CLB. */
function errorsOf({ refused, failures }: Applied): readonly unknown[] {
  const others = refused.filter(({ step }) => step.kind !== 'create-listener' && step.kind !== 'create-rule');
  return [...failures, ...new Map(others.map(({ error }) => [error.message, error])).values()];
}

function failedInPart(id: string, errors: readonly unknown[]): AggregateError {
  return new AggregateError(errors, `changing ${id} failed in part`);
}

function showRefused(id: string, scope: Scope, { refused }: Applied, loop: Loop): void {
  const obstacles = refusalsOf(refused);
  if (obstacles.size === 0) return;
  loop.state.addObstacles(id, obstacles);
  report(refusedFindings(scope, obstacles), loop);
  loop.onObserved(scope);
}

/** Shows in the state, on the owners and in the gates why nothing moves. What was seen before stays. */
function showTrouble(id: string, scope: Scope, trouble: Finding, loop: Loop): void {
  loop.state.setTrouble(id, trouble);
  report(about(scope.owners, trouble), loop);
  loop.onObserved(scope);
}
