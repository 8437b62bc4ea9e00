import type { ClbPort } from '../core/model/clb-port.ts';
import { isOnlyRefusal, mayBeOneStep } from '../core/model/cloud-trouble.ts';
import { stepKey, targetKeysOf, type Step } from '../core/model/step.ts';
import { targetKey } from '../core/model/target.ts';
import type { RefusedStep } from '../core/plan/memory.ts';
import { replacementsIn } from '../core/plan/replacement.ts';
import { bisect, retryApart } from './bisect.ts';
import { isOneByOne, sendSteps } from './send-steps.ts';
import { inShares, type Shares } from './step-shares.ts';
import { postponed, DrainStop } from './drain-stop.ts';

/**
 * Steps of one run that are calls of their own, each a task of up to a second: what others want comes after them. The
 * rest is planned again at the next look, as is what a weight 0 has postponed.
 */
const mostOneByOne = 4;

/** What came of a plan. */
export interface Applied {
  readonly done: readonly Step[];
  /** What the CLB refused, although it works. */
  readonly refused: readonly RefusedStep[];
  /** Not sent, because a weight 0 had become due. */
  readonly postponed: readonly Step[];
  /** Why other steps were not done. */
  readonly failures: readonly unknown[];
}

export interface Apply extends Shares {
  readonly clb: ClbPort;
  readonly balancerId: string;
  readonly steps: readonly Step[];
  /** What was refused the last time goes apart, so that it holds up nothing else. */
  readonly refusedBefore: readonly RefusedStep[];
  /** A weight 0 that is not among the steps has become due. */
  readonly isDrainDue: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Does the steps of a plan in their order, neighbours of one kind in one go. Each such batch stands alone: one that
 * is refused or fails never stops the others.
 */
export async function applyPlan(options: Apply): Promise<Applied> {
  const total = {
    done: [] as Step[],
    refused: [] as RefusedStep[],
    postponed: [] as Step[],
    failures: [] as unknown[],
  };
  const stop = new DrainStop(options.steps, options.isDrainDue);
  const stuck = new Set(targetKeysOf(options.steps.filter(({ reason }) => reason === 'address-reused')));
  const known = new Set(options.refusedBefore.map(({ step }) => stepKey(step)));
  const { now, later } = stepsOfOneRun(options, known);
  total.refused.push(...retriesOf(later, options.refusedBefore));
  for (const batch of batchesOf(now, known)) {
    if (options.signal.aborted) break;
    // An address that could not be deregistered must not be registered again: the CLB would keep the old health.
    const steps = batch.steps.filter((step) => step.kind !== 'register' || !stuck.has(targetKey(step.target)));
    try {
      const undone = await applyBatch({ ...batch, steps }, { ...options, stop });
      const keys = new Set(undone.map(({ step }) => stepKey(step)));
      const late = undone.filter(({ error }) => error === postponed).map(({ step }) => step);
      total.postponed.push(...late);
      total.refused.push(...undone.filter(({ error }) => error !== postponed));
      total.refused.push(...retriesOf(late, options.refusedBefore));
      const done = steps.filter((step) => !keys.has(stepKey(step)));
      total.done.push(...done);
      for (const key of targetKeysOf(done.filter(({ kind }) => kind === 'deregister'))) stuck.delete(key);
    } catch (error) {
      total.failures.push(error);
      if (batch.isRetry) total.refused.push(...retriesOf(steps, options.refusedBefore));
      else if (mayBeOneStep(error)) total.refused.push(...steps.map((step) => ({ step, error })));
    }
  }
  return total;
}

/**
 * What was refused before has places of its own: others do not wait behind it. A listener that comes for another one at
 * its port waits with it: the CLB would refuse it, and that is no word about what its owner wishes.
 */
function stepsOfOneRun({ steps, ...shares }: Apply, known: ReadonlySet<string>) {
  const isKnown = (step: Step) => known.has(stepKey(step));
  const { true: again = [], false: fresh = [] } = Object.groupBy(
    steps.filter(isOneByOne),
    (step) => `${isKnown(step)}`,
  );
  const chosen = new Set([again, fresh].flatMap((some) => inShares(some, mostOneByOne, shares)));
  const early = new Set<Step>(replacementsIn(steps).flatMap(({ step, next }) => (chosen.has(step) ? [] : [next])));
  const hasPlace = (step: Step) => (!isOneByOne(step) && !early.has(step)) || chosen.has(step);
  return { now: steps.filter(hasPlace), later: steps.filter((step) => !hasPlace(step)) };
}

interface Batch {
  readonly steps: readonly Step[];
  /** These steps were refused the last time. */
  readonly isRetry: boolean;
}

/** Neighbours of one kind; drains and restores are not one batch, because they are not neighbours. */
function batchesOf(steps: readonly Step[], known: ReadonlySet<string>): readonly Batch[] {
  const batches: { steps: Step[]; isRetry: boolean }[] = [];
  for (const step of steps) {
    const isRetry = known.has(stepKey(step));
    const last = batches.at(-1);
    if (last?.isRetry === isRetry && last.steps[0]?.kind === step.kind) last.steps.push(step);
    else batches.push({ steps: [step], isRetry });
  }
  return batches;
}

async function applyBatch(
  { steps, isRetry }: Batch,
  options: Apply & { readonly stop: DrainStop },
): Promise<readonly RefusedStep[]> {
  if (steps.length === 0) return [];
  const send = async (some: readonly Step[]) => sendSteps(some, options);
  return isRetry ? retryApart(retriesOf(steps, options.refusedBefore), send) : bisect(steps, send);
}

/** In the order of the next try. */
function retriesOf(steps: readonly Step[], refusedBefore: readonly RefusedStep[]): readonly RefusedStep[] {
  const keys = new Set(steps.map(stepKey));
  return refusedBefore.filter(({ step }) => keys.has(stepKey(step)));
}

/** All but what the CLB refused to do, and what was not sent. */
export function mayHaveEffect(
  steps: readonly Step[],
  { refused, postponed: late }: Pick<Applied, 'refused' | 'postponed'>,
): readonly Step[] {
  const no = refused.filter(({ error }) => isOnlyRefusal(error)).map(({ step }) => step);
  const keys = new Set([...no, ...late].map(stepKey));
  return steps.filter((step) => !keys.has(stepKey(step)));
}
