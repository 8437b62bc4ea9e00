import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Problem } from '../core/binding.ts';
import { scopeOf, type Scope } from '../core/claims.ts';
import type { ClbPort } from '../core/clb-port.ts';
import { pauseAfter } from '../core/pauses.ts';
import { isEmpty, planChanges, type Facts, type Limits, type Plan } from '../core/plan.ts';
import type { Announcer, ClusterView } from '../core/ports.ts';
import type { RefusedListener } from '../core/memory.ts';
import { refusalsIn, sightFrom } from '../core/see.ts';
import { emptySight, progressOf } from '../core/sight.ts';
import type { GateNames } from '../core/ungated.ts';
import { kindOf, notFound, troubleOf, withoutEffect } from '../core/trouble.ts';
import { applyPlan, type Applied } from './apply.ts';
import { Attempts } from './attempts.ts';
import type { Board } from './board.ts';
import { drainEnding } from './drain-ending.ts';
import { afterApply, afterPlan, factsFrom } from './facts.ts';
import { observe, type Observation } from './observe.ts';
import { tellAll, tellJudged, tellMadeAgain, tellRefused } from './tell-services.ts';

export interface BalancerLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly board: Board;
  readonly announcer: Announcer;
  readonly log: Log;
  readonly clusterId: string;
  /** The cluster's. */
  readonly vpcId: string;
  readonly gate: GateNames;
  readonly region: string;
  readonly limits: Limits;
  /** After a change: look again this soon, to see that it took effect. */
  readonly confirmMs: number;
  /** While a CLB does not exist or somebody else holds a port: look again this often. */
  readonly absentRecheckMs: number;
  readonly hasEnded: (uid: string) => boolean;
  /** Tells the other loops that the board shows something new about this CLB. */
  readonly onSeen: (scope: Scope) => void;
  /** What other CLBs may wait for has changed on this one. */
  readonly onProgress: (id: string) => void;
  readonly nowMs: () => number;
}

const settled: Outcome = { kind: 'settled' };

interface Loop extends BalancerLoopOptions {
  readonly attempts: Attempts;
}

/** One turn for one CLB: look, write down what was seen, plan, hold back what looks like an accident, apply. */
export function createBalancerLoop(
  options: BalancerLoopOptions,
): (id: string, signal: AbortSignal) => Promise<Outcome> {
  const loop: Loop = { ...options, attempts: new Attempts() };
  return async (id, signal) => {
    const scope = scopeNow(id, loop);
    if (scope.services.length === 0) return forget(id, loop);
    try {
      await drainEnding({ ...loop, sight: loop.board.sightOf(id), signal }).catch((error: unknown) =>
        loop.log.warn({ loadBalancer: id, err: error }, 'pods that are ending keep their weight for now'),
      );
      return await turn(id, loop, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return afterBlindTurn(id, { scope, error }, loop);
    }
  };
}

/** Nothing is thrown, so that a pod that begins to end during the pause gets its weight 0 at once. */
function afterBlindTurn(id: string, { scope, error }: { scope: Scope; error: unknown }, loop: Loop): Outcome {
  showTrouble(id, scope, troubleOf(error), loop);
  const afterMs = pauseAfter(kindOf(error), loop.attempts.failed(id), 1);
  loop.log.warn({ loadBalancer: id, afterMs, err: error }, 'the load balancer could not be looked at');
  return { kind: 'recheck', afterMs };
}

function scopeNow(id: string, { cluster, board }: Loop): Scope {
  return scopeOf(id, cluster.services(), cluster.tkePresent(), (other) => board.sightOf(other));
}

function forget(id: string, { board, attempts }: Loop): Outcome {
  board.forget(id);
  attempts.forget(id);
  return settled;
}

/**
 * After the look everything up to the board is one step without a pause: the Services are asked as they are then, and
 * what is about to be made shows on the board, so that no Service is let go of a CLB where a listener is on its way.
 */
async function turn(id: string, loop: Loop, signal: AbortSignal): Promise<Outcome> {
  const { clb, board, clusterId, nowMs } = loop;
  const memoryNow = () => board.memoryOf(id);
  const seen = await observe({ clb, clusterId, loadBalancerId: id, memoryNow, nowMs, signal });
  const scope = scopeNow(id, loop);
  if (scope.services.length === 0) return forget(id, loop);
  if (seen === undefined) return absent(id, scope, loop);
  const facts = factsFrom(scope, seen.look, seen.memory, loop);
  const plan = planChanges(facts);
  show(id, { scope, facts, plan, seen }, loop);
  if (isEmpty(plan)) {
    loop.attempts.forget(id);
    return whenNext(plan, loop);
  }
  const applied = await applyPlan({ clb, id, plan, memory: board.memoryOf(id), signal });
  board.remember(id, afterApply(board.memoryOf(id), applied, nowMs()));
  logChanges(id, plan, applied, loop.log);
  if (applied.errors.length > 0) signal.throwIfAborted();
  return conclude(id, { scope, plan, applied }, loop);
}

/** A port that somebody else holds may become free at any time, and nothing tells us when. */
function whenNext({ dueInMs, conflicts }: Plan, { absentRecheckMs }: Loop): Outcome {
  const afterMs = Math.min(dueInMs ?? Infinity, conflicts.length > 0 ? absentRecheckMs : Infinity);
  return afterMs === Infinity ? settled : { kind: 'recheck', afterMs };
}

function absent(id: string, scope: Scope, loop: Loop): Outcome {
  loop.board.see({ ...emptySight(id), state: 'absent' }, loop.board.memoryOf(id));
  showTrouble(id, scope, notFound(id, loop.region), loop);
  return { kind: 'recheck', afterMs: loop.absentRecheckMs };
}

interface Judged {
  readonly scope: Scope;
  readonly facts: Facts;
  readonly plan: Plan;
  readonly seen: Observation;
}

/** A change that failed is still what stands in the way until it has been made, or is not needed any more. */
function show(id: string, { scope, facts, plan, seen }: Judged, loop: Loop): void {
  const { board } = loop;
  const before = board.sightOf(id);
  const memory = afterPlan(seen, plan, { before, clusterId: loop.clusterId, nowMs: loop.nowMs() });
  const trouble = isEmpty(plan) || before?.state !== 'seen' ? undefined : before.trouble;
  const sight = { ...sightFrom(seen.look, plan, memory, loop.clusterId), trouble };
  board.see(sight, memory);
  tellJudged(id, scope, { loadBalancer: seen.look.loadBalancer, facts, plan, memory }, loop);
  if (before?.trouble !== undefined && trouble === undefined) tellRecovered(id, scope, loop);
  loop.onSeen(scope);
  if (progressOf(before) !== progressOf(sight)) loop.onProgress(id);
}

interface Turn {
  readonly scope: Scope;
  readonly plan: Plan;
  readonly applied: Applied;
}

/**
 * A step that failed is tried again after a while, but nothing is thrown: the queue would leave the whole CLB alone for
 * that while, and a pod that begins to end meanwhile, perhaps of another Service, would go on getting connections.
 */
function conclude(id: string, { scope, plan, applied }: Turn, loop: Loop): Outcome {
  const { attempts, board, confirmMs } = loop;
  const refused = applied.refusedListeners;
  const isVain = applied.errors.length + refused.length === 0 && attempts.isRepeated(id, plan);
  const errors = isVain ? [withoutEffect(id)] : applied.errors;
  tellMadeAgain(id, { scope, plan, missing: board.memoryOf(id).missingListeners, created: applied.created }, loop);
  showRefused(id, scope, refused, loop);
  if (errors.length > 0) showTrouble(id, scope, troubleOf(failedInPart(id, errors)), loop);
  else board.blame(id, undefined);
  if (errors.length + refused.length === 0) {
    attempts.confirmed(id, plan);
    return { kind: 'recheck', afterMs: confirmMs };
  }
  const error = failedInPart(id, [...errors, ...refused.map((one) => one.error)]);
  loop.log.warn({ loadBalancer: id, err: error }, 'a change of the load balancer failed');
  const done = [...applied.registered.keys(), ...applied.created];
  const isProgress = !isVain && attempts.isProgress(id, done);
  const failures = attempts.failed(id);
  // Somebody deleted what was there a moment ago: the look that shows it must not wait.
  const isNewlyGone = kindOf(error) === 'gone' && failures === 1;
  return { kind: 'recheck', afterMs: isProgress || isNewlyGone ? confirmMs : pauseAfter(kindOf(error), failures, 1) };
}

function failedInPart(id: string, errors: readonly unknown[]): AggregateError {
  return new AggregateError(errors, `changing ${id} failed in part`);
}

function showRefused(id: string, scope: Scope, refused: readonly RefusedListener[], loop: Loop): void {
  if (refused.length === 0) return;
  const problems = refusalsIn(refused, loop.clusterId);
  loop.board.obstruct(id, problems);
  tellRefused(scope, problems, loop.announcer);
  loop.onSeen(scope);
}

function logChanges(id: string, plan: Plan, applied: Applied, log: Log): void {
  const counts = {
    drained: plan.drain.length,
    created: applied.created.size,
    evicted: plan.evict.length,
    registered: applied.registered.size,
    restored: plan.restore.length,
    deregistered: plan.deregister.length,
    deletedListeners: plan.deleteListeners.length,
    withheld: plan.withheld.length,
  };
  const nonZero = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const changed = [...plan.drain, ...plan.register, ...plan.restore, ...plan.deregister];
  const targets = changed.slice(0, 20).map(({ ip, port }) => `${ip}:${port}`);
  log.info(
    { loadBalancer: id, ...nonZero, targets, failedSteps: applied.errors.length + applied.refusedListeners.length },
    'changed the load balancer',
  );
}

function tellRecovered(id: string, scope: Scope, loop: Loop): void {
  const message = `${id} can be read and changed again.`;
  tellAll(scope, { type: 'Normal', reason: 'LoadBalancerRecovered', message }, loop.announcer);
}

/** Shows on the board, on the Services and in the gates why nothing moves. What was seen before stays. */
function showTrouble(id: string, scope: Scope, trouble: Problem, loop: Loop): void {
  loop.board.blame(id, trouble);
  tellAll(scope, { type: 'Warning', ...trouble }, loop.announcer);
  loop.onSeen(scope);
}
