import type { ClbPort, Refusal, TargetRef } from '../core/clb-port.ts';
import type { Plan } from '../core/plan.ts';
import { targetKey } from '../core/target.ts';

/** What came of a plan. Each step stands alone: a refused one never starves the others. */
export interface Applied {
  readonly refusals: readonly Refusal[];
  readonly errors: readonly unknown[];
  /** Targets registered now, by key, with the pod UID that they stand for. */
  readonly registered: ReadonlyMap<string, string>;
  /** Those of them whose address another pod had before. */
  readonly takenOver: ReadonlySet<string>;
}

/** Carries out a plan, what leaves first. */
export async function applyPlan(clb: ClbPort, id: string, plan: Plan, signal: AbortSignal): Promise<Applied> {
  const errors: unknown[] = [];
  const refusals: Refusal[] = [];
  const attempt = async (items: readonly unknown[], step: () => Promise<readonly Refusal[]>) => {
    if (items.length === 0 || signal.aborted) return items.length === 0;
    try {
      refusals.push(...(await step()));
      return true;
    } catch (error) {
      errors.push(error);
      return false;
    }
  };
  await attempt(plan.drain, async () => quiet(clb.setWeight(id, plan.drain, 0, signal)));
  await attempt(plan.createListeners, async () => quiet(clb.createListeners(id, plan.createListeners, signal)));
  const evicted = await attempt(plan.evict, async () => clb.deregister(id, plan.evict, signal));
  const register = evicted ? plan.register : without(plan.register, plan.evict);
  const registered = await attempt(register, async () => clb.register(id, register, signal));
  await attempt(plan.restore, async () => quiet(clb.setWeight(id, plan.restore, plan.restoreWeight, signal)));
  await attempt(plan.deregister, async () => clb.deregister(id, plan.deregister, signal));
  for (const listenerId of plan.deleteListeners) {
    await attempt([listenerId], async () => quiet(clb.deleteListener(id, listenerId, signal)));
  }
  const refused = new Set(refusals.map(({ listenerId }) => listenerId));
  const done = registered ? register.filter(({ listenerId }) => !refused.has(listenerId)) : [];
  return {
    refusals,
    errors,
    registered: new Map(done.map((spec) => [targetKey(spec), spec.tag])),
    takenOver: new Set(plan.evict.map(targetKey)),
  };
}

async function quiet(step: Promise<void>): Promise<readonly Refusal[]> {
  await step;
  return [];
}

/** An address that could not be taken off must not be registered again: the CLB would keep the old health. */
function without<T extends TargetRef>(targets: readonly T[], evicted: readonly TargetRef[]): readonly T[] {
  const keys = new Set(evicted.map(targetKey));
  return targets.filter((target) => !keys.has(targetKey(target)));
}
