import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import type { ListenerAnswer } from '../core/model/clb-port.ts';
import { cloudTrouble, isRefusedLook, kindOf } from '../core/model/cloud-trouble.ts';
import type { ObservedLoadBalancer } from '../core/model/observed.ts';
import { adoptListeners, mayBeAdopted, type AdoptionFacts } from '../core/plan/adopt-listeners.ts';
import { pendingOwners } from '../core/plan/gated-owners.ts';
import { handChanges, undone } from '../core/plan/hand-changes.ts';
import { pacedRegistrations } from '../core/plan/paced-registrations.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { isEmpty, planChanges } from '../core/plan/plan.ts';
import { boundedScope } from '../core/plan/bounded-scope.ts';
import { asRecorded, recordedRules } from '../core/plan/recorded.ts';
import { mayBeRenamed, takeBack } from '../core/plan/renamed-listeners.ts';
import type { Scope } from '../core/plan/scope.ts';
import { absent } from './absent-balancer.ts';
import { Attempts } from './attempts.ts';
import {
  isRecordedOn,
  scopeNow,
  showTrouble,
  type BalancerContext,
  type BalancerLoopOptions,
} from './balancer-context.ts';
import { conclude } from './conclude.ts';
import { usedPlaces } from '../core/plan/used-places.ts';
import { memoryAfterApply } from '../core/plan/memory-after.ts';
import { backendsFrom, factsFrom, podsBehind } from './facts.ts';
import { isEndingInDoubt } from './drain-ending.ts';
import { HeldBalancers } from './held-balancers.ts';
import { LookCuts } from './look-cuts.ts';
import { logApplied } from './log-applied.ts';
import { knownOf, observe, type Observation } from './observe.ts';
import { isKnownEnough, sooner, whenNext } from './next-look.ts';
import { showPlan, type Judged } from './show-plan.ts';
import { drainAgain, drainFirst, newDrains, writeSteps } from './write-steps.ts';

const settled: Outcome = { kind: 'settled' };
/** No plan has a step for a weight 0 whose own write got no answer either. */
const drainAgainMs = 3_000;

/** Reconciles one CLB: observe, plan, withhold what looks like an accident, apply. */
export function createBalancerLoop(
  options: BalancerLoopOptions,
): (id: string, signal: AbortSignal, flow: Flow) => Promise<Outcome> {
  const attempts = new Attempts();
  const held = new HeldBalancers(options.placeRules);
  const cuts = new LookCuts();
  return async (id, signal, flow) => {
    const loop: BalancerContext = { ...options, attempts, held, cuts, clb: options.clb.inFlow(flow) };
    const scope = scopeNow(id, loop);
    if (scope.owners.length === 0) {
      forget(id, loop);
      return { kind: 'settled', isFree: true };
    }
    try {
      return await reconcile(id, loop, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return afterFailedLook(id, { scope, error }, loop);
    }
  };
}

/** Nothing is thrown, so that a pod that begins to end during the pause gets its weight 0 at once. */
function afterFailedLook(
  id: string,
  { scope, error }: { scope: Scope; error: unknown },
  loop: BalancerContext,
): Outcome {
  showTrouble(id, scope, cloudTrouble(error), loop);
  const afterMs = pauseAfterLook(id, error, loop);
  loop.log.debug({ loadBalancer: id, afterMs, err: error }, 'the load balancer could not be read');
  return { kind: 'recheck', afterMs };
}

/** Where something was seen or recorded it may carry traffic, and a pause of minutes would leave it as it is. */
function pauseAfterLook(id: string, error: unknown, loop: BalancerContext): number {
  const { state, pauses, attempts } = loop;
  if (isRefusedLook(error)) {
    pauses.noteRefused(id);
    if (state.of(id)?.observed === undefined && !isRecordedOn(id, loop)) return pauses.failed(id, Math.random());
  }
  return pauseAfter(kindOf(error), attempts.failed(id), 1);
}

function forget(id: string, { state, attempts, pauses, looks, cuts, log }: BalancerContext): Outcome {
  const left = (state.of(id)?.observed?.listeners ?? []).filter(({ isOurs }) => isOurs);
  const listeners = left.map((listener) => listener.id);
  if (left.length > 0)
    log.warn({ loadBalancer: id, listeners }, 'listeners of this cluster remain that no object wants');
  state.forget(id);
  pauses.forget(id);
  attempts.forget(id);
  cuts.forget(id);
  looks.take(id);
  return settled;
}

/** Plans from what is known where that is enough, else from a look. */
async function reconcile(id: string, loop: BalancerContext, signal: AbortSignal): Promise<Outcome> {
  const { state, looks, nowMs } = loop;
  const needsLook = looks.take(id) || needsDrainAgain(id, loop);
  const known = needsLook ? undefined : knownOf(state.of(id), state.memoryOf(id), nowMs());
  const judged = known && judge(id, known, false, loop);
  if (judged !== undefined && isKnownEnough(judged, id, state)) {
    const waitMs = loop.openings.waitMs(id, judged.plan.steps);
    // Nothing is shown as planned that is not written now.
    if (waitMs !== undefined) return { kind: 'recheck', afterMs: waitMs, isFree: true };
    return carryOut(id, judged, loop, signal);
  }
  try {
    return await lookAndReconcile(id, loop, signal);
  } catch (error) {
    looks.need(id);
    await drainAgain(id, loop, signal);
    throw error;
  }
}

/** A plan has no step for a target that is at weight 0. Before a look it gets it once more. */
function needsDrainAgain(id: string, { state, cluster }: BalancerContext): boolean {
  const known = state.of(id);
  return known !== undefined && isEndingInDoubt(known, cluster, state.memoryOf(id));
}

async function lookAndReconcile(id: string, loop: BalancerContext, signal: AbortSignal): Promise<Outcome> {
  const hasDrained = await drainFirst(id, loop, signal);
  // A look that hangs would have the place of a drain in the queue, and a turn before others, as long as it hangs.
  if (hasDrained && isLookHard(id, loop)) return { ...lookAgain(id, loop), isFree: true };
  const isDrainDue = newDrains(id, loop);
  const read = async (until: AbortSignal) => lookAt(id, loop, until);
  const found = await loop.cuts.look(id, { read, isDrainDue, signal });
  if (found === 'cut') return lookAgain(id, loop);
  const scope = scopeNow(id, loop);
  if (scope.owners.length === 0) return forget(id, loop);
  if (found === undefined) return absent(id, scope, loop);
  loop.pauses.forget(id);
  const adopted = adoptListeners(found.observed, adoptionFacts(scope, found.observed, loop));
  const observed = takeBack(adopted, { ...scope, clusterId: loop.clusterId }, loop.cluster);
  const outcome = await carryOut(id, judge(id, { ...found, observed }, true, loop), loop, signal);
  return needsDrainAgain(id, loop) ? sooner(outcome, drainAgainMs) : outcome;
}

/** The last look did not come to its end. */
function isLookHard(id: string, { state, cuts }: BalancerContext): boolean {
  return cuts.isCut(id) || state.of(id)?.trouble !== undefined;
}

/** In a run of its own, which is as urgent as what is due then. */
function lookAgain(id: string, { looks }: BalancerContext): Outcome {
  looks.need(id);
  return { kind: 'recheck', afterMs: 0 };
}

async function lookAt(id: string, loop: BalancerContext, signal: AbortSignal): Promise<Observation | undefined> {
  const { clb, state, clusterId, nowMs } = loop;
  const memoryNow = () => state.memoryOf(id);
  const isKnown = state.of(id)?.observed !== undefined;
  const { owners } = scopeNow(id, loop);
  const isDoubtful = (one: ListenerAnswer) => mayBeRenamed(one, { clusterId, owners }) || mayBeAdopted(one, owners);
  const rulesNow = () => recordedRules(id, loop.cluster.recordOf(id), scopeNow(id, loop).owners);
  const asked = { clb, clusterId, balancerId: id, isKnown, isDoubtful, memoryNow, nowMs, signal };
  return observe({ ...asked, used: usedPlaces(id, owners), recordedRules: rulesNow });
}

function adoptionFacts({ claims }: Scope, observed: ObservedLoadBalancer, loop: BalancerContext): AdoptionFacts {
  const { cluster, placeRules } = loop;
  const backendsOf = backendsFrom(observed, podsBehind(cluster), loop);
  const recorded = asRecorded(claims, cluster.recordOf(observed.id));
  return { claims: recorded, backendsOf, tkePresent: cluster.tkePresent(), rules: placeRules.rules };
}

function judge(id: string, seen: Observation, isSeen: boolean, loop: BalancerContext): Judged {
  const scope = boundedScope(scopeNow(id, loop), { ...seen, record: loop.cluster.recordOf(id) });
  const podsOf = podsBehind(loop.cluster);
  const plan = planChanges(factsFrom(scope, seen, podsOf, loop));
  return { scope, plan, seen, isSeen, podsOf, changes: handChanges(plan, seen) };
}

/**
 * From the look to the observed state there is no pause: the owners are asked as they are then, and what is about to be
 * made shows in the state, so that no owner is released from a CLB where its listener is on its way.
 */
async function carryOut(id: string, judged: Judged, loop: BalancerContext, signal: AbortSignal): Promise<Outcome> {
  const { plan, isSeen } = judged;
  const { state, attempts, nowMs } = loop;
  const isVerified = state.memoryOf(id).unverifiedSinceMs.size === 0;
  if (isVerified) attempts.seen(id);
  showPlan(id, judged, loop);
  if (plan.withoutRoom.length > 0) loop.quota.noteFull();
  if (isEmpty(plan)) {
    if (isSeen || isVerified) attempts.forget(id);
    return { ...whenNext(id, plan, loop), isFree: !isSeen };
  }
  const { steps, waitMs } = pacedRegistrations(plan.steps, state.memoryOf(id), { nowMs: nowMs(), paceMs: loop.paceMs });
  if (steps.length === 0 && waitMs !== undefined) return { kind: 'recheck', afterMs: waitMs, isFree: !isSeen };
  loop.openings.answered(id, steps);
  const outcome = await writeAndConclude(id, { ...judged, plan: { ...plan, steps } }, loop, signal);
  return waitMs === undefined ? outcome : sooner(outcome, waitMs);
}

async function writeAndConclude(
  id: string,
  { scope, plan, changes }: Judged,
  loop: BalancerContext,
  signal: AbortSignal,
): Promise<Outcome> {
  const { state, nowMs } = loop;
  const { refused: refusedBefore } = state.memoryOf(id);
  const applied = await writeSteps(id, { steps: plan.steps, refusedBefore }, loop, signal);
  state.remember(id, memoryAfterApply(state.memoryOf(id), applied, nowMs()));
  // A deletion that is held waits for nothing but that its weight 0 is confirmed.
  loop.onObserved(scope, pendingOwners(scope));
  for (const { what } of undone(changes, applied.done)) loop.onUndone(what);
  if (applied.refused.some(({ error }) => error.kind === 'quota')) loop.quota.noteFull();
  logApplied(loop.log, id, applied, plan.withheld.length);
  if (applied.failures.length > 0) signal.throwIfAborted();
  return conclude(id, { scope, plan, applied }, loop);
}
