import { isOnlyRefusal, mayBeOneStep } from '../core/model/cloud-trouble.ts';
import type { StepRefusal } from '../core/model/clb-port.ts';
import { stepKey, type Step } from '../core/model/step.ts';
import type { RefusedStep } from '../core/plan/memory.ts';

/** Does steps of one kind in one go; returns what the cloud refused, throws what it did not do at all. */
export type Send<S extends Step> = (steps: readonly S[]) => Promise<readonly StepRefusal<S>[]>;

/** Calls that one run may spend on finding out which steps of a call it is that the CLB refuses. */
const mostExtraCalls = 16;
/**
 * Refused steps that are tried alone in one run; the run must soon end, because pods that end wait for the next one.
 */
const mostAlone = 4;

/**
 * A CLB refuses a whole call for one bad item in it: a target outside its VPC, a port inside another listener's
 * range, a quota. Halving finds the bad one in few calls, and the others are done. What failed half way is not split:
 * what there is of it now only the next look shows, and then it is tried one by one.
 */
export async function bisect<S extends Step>(steps: readonly S[], send: Send<S>): Promise<readonly RefusedStep[]> {
  const budget = { calls: mostExtraCalls };
  return refusedOf(await split(await sent(steps, send), send, budget));
}

async function split<S extends Step>(
  refusals: readonly StepRefusal<S>[],
  send: Send<S>,
  budget: { calls: number },
): Promise<readonly StepRefusal<S>[]> {
  const found: StepRefusal<S>[] = [];
  for (const refusal of refusals) {
    const { steps, error } = refusal;
    if (steps.length === 1 || budget.calls < 2 || !isOnlyRefusal(error)) {
      found.push(refusal);
      continue;
    }
    budget.calls -= 2;
    const middle = Math.ceil(steps.length / 2);
    found.push(...(await split(await sent(steps.slice(0, middle), send), send, budget)));
    found.push(...(await split(await sent(steps.slice(middle), send), send, budget)));
  }
  return found;
}

/**
 * A quota of one place refuses the whole call, those of others with it: only place by place it shows whom it concerns.
 */
async function sent<S extends Step>(steps: readonly S[], send: Send<S>): Promise<readonly StepRefusal<S>[]> {
  try {
    return await send(steps);
  } catch (error) {
    if (!isOnlyRefusal(error)) throw error;
    const places = [...Map.groupBy(steps, listenerOf).values()];
    if (places.length <= 1) return [{ steps, error }];
    const refusals: StepRefusal<S>[] = [];
    for (const some of places) refusals.push(...(await sent(some, send)));
    return refusals;
  }
}

function listenerOf(step: Step): string {
  if ('target' in step) return step.target.listenerId;
  return 'listenerId' in step ? step.listenerId : '';
}

/** The same for what was refused before: each run has its share, so that it goes on from where the last one ended. */
const mostRetryCalls = 8;

/**
 * Tries again what was refused before: a few alone, the others in halves. What is refused again comes back in the order
 * of the next try, so that each is tried alone sooner or later.
 */
export async function retryApart<S extends Step>(
  before: readonly { readonly step: S; readonly error: RefusedStep['error'] }[],
  send: Send<S>,
): Promise<readonly RefusedStep[]> {
  const alone: StepRefusal<S>[] = [];
  for (const { step } of before.slice(0, mostAlone)) alone.push(...(await sentAgain([step], send)));
  const others = before.slice(mostAlone).map(({ step }) => step);
  const tried = others.length === 0 ? [] : await sentAgain(others, send);
  const together = await split(tried, send, { calls: mostRetryCalls });
  return refusedOf([...together, ...alone], before);
}

/** One that fails by itself holds up no other. */
async function sentAgain<S extends Step>(steps: readonly S[], send: Send<S>): Promise<readonly StepRefusal<S>[]> {
  try {
    return await sent(steps, send);
  } catch (error) {
    if (!mayBeOneStep(error)) throw error;
    return [{ steps, error }];
  }
}

/** A refusal of many says less than what was said before of one alone. */
function refusedOf(refusals: readonly StepRefusal[], before: readonly RefusedStep[] = []): readonly RefusedStep[] {
  const said = new Map(before.map(({ step, error }) => [stepKey(step), error]));
  return refusals.flatMap(({ steps, error }) =>
    steps.map((step) => {
      return { step, error: steps.length === 1 ? error : (said.get(stepKey(step)) ?? error) };
    }),
  );
}
