import type { BalancerState } from '../model/balancer-state.ts';
import { boundTargets, type ObservedLoadBalancer } from '../model/observed.ts';
import { stepKey, type Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import { newlyTried, stillTried } from './listener-extras.ts';
import { adoptBackends, type Memory, type RefusedStep } from './memory.ts';
import { missingListeners } from './missing-listeners.ts';
import { carriedSince } from './moves.ts';
import type { Plan } from './plan.ts';
import { seenSettings } from './seen-settings.ts';
import { seenWeights } from './seen-weights.ts';
import { notSeen } from './unsettled-creations.ts';
import { replacedAfterApply } from './replacement-memory.ts';

interface Look {
  readonly observed: ObservedLoadBalancer;
  readonly memory: Memory;
}

/** What came of the steps of a plan. */
interface Outcome {
  readonly done: readonly Step[];
  readonly refused: readonly RefusedStep[];
}

interface Before {
  /** Whether this was seen just now; else it is what is known. */
  readonly isSeen: boolean;
  readonly before: BalancerState | undefined;
  readonly nowMs: number;
}

/**
 * Notes whose the targets are and what weights they have, since when each removal is withheld, and what was deleted by
 * hand; the rest is forgotten.
 */
export function memoryAfterPlan({ memory, observed }: Look, plan: Plan, { before, isSeen, nowMs }: Before): Memory {
  const standing = new Set(observed.listeners.map(({ id }) => id));
  const withheld = plan.withheld.map(targetKey);
  const gathered = plan.gathered.map(targetKey);
  const wanted = plan.bound.flatMap((bound) => bound.wanted);
  const adopted = wanted.map((target) => ({ key: targetKey(target), backendId: target.backend.id }));
  return {
    ...adoptBackends(memory, adopted, boundTargets(observed)),
    withheldSinceMs: new Map(withheld.map((key) => [key, memory.withheldSinceMs.get(key) ?? nowMs])),
    wantedBy: new Map([...memory.wantedBy, ...wanted.map((one) => [targetKey(one), one.backend.ownerUid] as const)]),
    released: stillReleased(plan, observed),
    gatheredSinceMs: new Map(gathered.map((key) => [key, memory.gatheredSinceMs.get(key) ?? nowMs])),
    carriedSinceMs: carriedSince(plan.moves, memory.carriedSinceMs, nowMs),
    replaced: plan.replaced,
    refused: stillPlanned(memory.refused, plan),
    ...(isSeen ? seenNow(observed, memory) : {}),
    unsettledListeners: memory.unsettledListeners.intersection(standing),
    unsettledCreations: notSeen(memory.unsettledCreations, observed),
    missingListeners: missingListeners({ steps: plan.steps, before, known: memory.missingListeners }),
  };
}

/** Mostly nothing is refused, and a key of each step is much text. */
function stillPlanned(refused: readonly RefusedStep[], { steps }: Plan): readonly RefusedStep[] {
  if (refused.length === 0) return refused;
  const planned = new Set(steps.map(stepKey));
  return refused.filter(({ step }) => planned.has(stepKey(step)));
}

/** One that is wanted again is let go no more. */
function stillReleased({ released, bound }: Plan, observed: ObservedLoadBalancer): ReadonlySet<string> {
  const wanted = new Set(bound.flatMap((place) => place.wanted).map(targetKey));
  const standing = new Set(boundTargets(observed).map(targetKey));
  return released.intersection(standing).difference(wanted);
}

function seenNow(
  observed: ObservedLoadBalancer,
  memory: Memory,
): Pick<Memory, 'seenWeights' | 'seenSettings' | 'triedExtras'> {
  return {
    triedExtras: stillTried(memory.triedExtras, observed),
    seenWeights: seenWeights(boundTargets(observed), memory),
    seenSettings: seenSettings(observed, memory.unsettledListeners),
  };
}

/** The longest that a CLB's own view of health may lag behind a registration: three checks at the default 5 s. */
const distrustMs = 15_000;

/** Notes whom targets were registered for, and which addresses may soon be another pod's. */
export function memoryAfterApply(memory: Memory, { done, refused }: Outcome, nowMs: number): Memory {
  const registered = done.flatMap((step) =>
    step.kind === 'register' ? [[targetKey(step.target), step.tag] as const] : [],
  );
  const doubted = done.flatMap((step) =>
    step.kind === 'deregister' ? [[targetKey(step.target), nowMs + distrustMs] as const] : [],
  );
  return {
    ...memory,
    registeredFor: new Map([...memory.registeredFor, ...registered]),
    distrustUntilMs: new Map([...memory.distrustUntilMs, ...doubted]),
    replaced: replacedAfterApply(memory.replaced, { done, refused }),
    triedExtras: new Set([...memory.triedExtras, ...newlyTried({ done, refused })]),
    refused,
  };
}
