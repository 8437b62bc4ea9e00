import type { ClbPort, ListenerSpec, TargetRef, TargetSpec } from '../core/clb-port.ts';
import { listenerKey, type Memory, type RefusedListener } from '../core/memory.ts';
import type { Plan } from '../core/plan.ts';
import { targetKey } from '../core/target.ts';
import { refusalOf } from '../core/trouble.ts';
import { createInHalves, createOneByOne, refusedOf } from './create-apart.ts';
import { registerApart } from './register-apart.ts';

/** What came of a plan. */
export interface Applied {
  /** What was refused or failed, one error each; refused listeners are told apart. */
  readonly errors: readonly unknown[];
  /** Listeners made now, by listenerKey. */
  readonly created: ReadonlySet<string>;
  /** Listeners that the CLB did not make, although it works. */
  readonly refusedListeners: readonly RefusedListener[];
  /** Targets registered now, by key, with the pod UID that they stand for. */
  readonly registered: ReadonlyMap<string, string>;
  /** Targets that the CLB took off. */
  readonly takenOff: ReadonlySet<string>;
  /** Targets that the CLB does not take, although it takes others. */
  readonly suspects: ReadonlySet<string>;
}

interface Apply {
  readonly clb: ClbPort;
  readonly id: string;
  readonly plan: Plan;
  /** What was refused the last time goes apart, so that it holds up nobody. */
  readonly memory: Pick<Memory, 'suspects' | 'refusedListeners'>;
  readonly signal: AbortSignal;
}

/** Carries out a plan, what leaves first. Each step stands alone: a refused one never starves the others. */
export async function applyPlan({ clb, id, plan, memory, signal }: Apply): Promise<Applied> {
  const errors: unknown[] = [];
  const attempt = async <T>(items: readonly unknown[], step: () => Promise<T>): Promise<T | undefined> => {
    if (items.length === 0 || signal.aborted) return undefined;
    try {
      return await step();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  const takeOff = async (targets: readonly TargetRef[]) => {
    const refusals = await attempt(targets, async () => clb.deregister(id, targets, signal));
    if (refusals === undefined) return [];
    errors.push(...refusals.map(refusalOf));
    const refused = new Set(refusals.map(({ listenerId }) => listenerId));
    return targets.filter(({ listenerId }) => !refused.has(listenerId)).map(targetKey);
  };
  const register = async (specs: readonly TargetSpec[]) => {
    const result = await attempt(specs, async () =>
      registerApart(specs, memory.suspects, async (some) => clb.register(id, some, signal)),
    );
    errors.push(...(result?.refusals ?? []).map(refusalOf));
    return result ?? { taken: [], refused: [] };
  };
  await attempt(plan.drain, async () => clb.setWeight(id, plan.drain, 0, signal));
  const { fresh, again } = sortListeners(plan.createListeners, memory.refusedListeners);
  const create = async (specs: readonly ListenerSpec[]) => clb.createListeners(id, specs, signal);
  const freshRefusals = await attempt(fresh, async () => createInHalves(fresh, create));
  const evicted = new Set(await takeOff(plan.evict));
  const { taken, refused } = await register(withoutFailed(plan, evicted));
  await attempt(plan.restore, async () => clb.setWeight(id, plan.restore, plan.restoreWeight, signal));
  const deregistered = await takeOff(plan.deregister);
  for (const listenerId of plan.deleteListeners) {
    await attempt([listenerId], async () => clb.deleteListener(id, listenerId, signal));
  }
  // Last: a place that became free just now counts, and whoever is served already waits for nobody's refusal.
  const againRefused = await attempt(again, async () => createOneByOne(again, create));
  const tried = [...(freshRefusals === undefined ? [] : fresh), ...(againRefused === undefined ? [] : specsOf(again))];
  const refusedListeners = [...refusedOf(freshRefusals ?? []), ...(againRefused ?? again)];
  const refusedKeys = new Set(specsOf(refusedListeners).map(listenerKey));
  return {
    errors,
    created: new Set(tried.map(listenerKey).filter((key) => !refusedKeys.has(key))),
    refusedListeners,
    registered: new Map(taken.map((spec) => [targetKey(spec), spec.tag])),
    takenOff: new Set([...evicted, ...deregistered]),
    suspects: new Set(refused.map(targetKey)),
  };
}

/** Tells what is asked for the first time from what was refused before. */
function sortListeners(specs: readonly ListenerSpec[], refused: readonly RefusedListener[]) {
  const wanted = new Map(specs.map((spec) => [listenerKey(spec), spec]));
  const again = refused.flatMap(({ spec, error }) => {
    const now = wanted.get(listenerKey(spec));
    return now === undefined ? [] : [{ spec: now, error }];
  });
  const known = new Set(specsOf(again));
  return { again, fresh: specs.filter((spec) => !known.has(spec)) };
}

function specsOf(refused: readonly RefusedListener[]): readonly ListenerSpec[] {
  return refused.map(({ spec }) => spec);
}

/** An address that could not be taken off must not be registered again: the CLB would keep the old health. */
function withoutFailed({ register, evict }: Plan, evicted: ReadonlySet<string>): readonly TargetSpec[] {
  const stuck = new Set(evict.map(targetKey).filter((key) => !evicted.has(key)));
  return register.filter((spec) => !stuck.has(targetKey(spec)));
}
