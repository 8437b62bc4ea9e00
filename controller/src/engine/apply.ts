import type { ClbPort, TargetRef, TargetSpec } from '../core/clb-port.ts';
import type { Plan } from '../core/plan.ts';
import { targetKey } from '../core/target.ts';
import { refusalOf } from '../core/trouble.ts';
import { registerApart } from './register-apart.ts';

/** What came of a plan. */
export interface Applied {
  /** What was refused or failed, one error each. */
  readonly errors: readonly unknown[];
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
  /** Suspects of the last time: they go apart, so that they hold up nobody. */
  readonly suspects: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Carries out a plan, what leaves first. Each step stands alone: a refused one never starves the others. */
export async function applyPlan({ clb, id, plan, suspects, signal }: Apply): Promise<Applied> {
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
      registerApart(specs, suspects, async (some) => clb.register(id, some, signal)),
    );
    errors.push(...(result?.refusals ?? []).map(refusalOf));
    return result ?? { taken: [], refused: [] };
  };
  await attempt(plan.drain, async () => clb.setWeight(id, plan.drain, 0, signal));
  await attempt(plan.createListeners, async () => clb.createListeners(id, plan.createListeners, signal));
  const evicted = new Set(await takeOff(plan.evict));
  const { taken, refused } = await register(withoutFailed(plan, evicted));
  await attempt(plan.restore, async () => clb.setWeight(id, plan.restore, plan.restoreWeight, signal));
  const deregistered = await takeOff(plan.deregister);
  for (const listenerId of plan.deleteListeners) {
    await attempt([listenerId], async () => clb.deleteListener(id, listenerId, signal));
  }
  return {
    errors,
    registered: new Map(taken.map((spec) => [targetKey(spec), spec.tag])),
    takenOff: new Set([...evicted, ...deregistered]),
    suspects: new Set(refused.map(targetKey)),
  };
}

/** An address that could not be taken off must not be registered again: the CLB would keep the old health. */
function withoutFailed({ register, evict }: Plan, evicted: ReadonlySet<string>): readonly TargetSpec[] {
  const stuck = new Set(evict.map(targetKey).filter((key) => !evicted.has(key)));
  return register.filter((spec) => !stuck.has(targetKey(spec)));
}
