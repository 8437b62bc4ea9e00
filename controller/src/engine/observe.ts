import type { ClbPort } from '../core/clb-port.ts';
import { ownerOfListener } from '../core/ownership.ts';
import { trustedHealth, type Look } from '../core/see.ts';
import { refreshMemory, type Memory } from '../core/memory.ts';

export interface Observation {
  readonly look: Look;
  readonly memory: Memory;
}

export interface ObserveOptions {
  readonly clb: ClbPort;
  readonly clusterId: string;
  readonly loadBalancerId: string;
  /** Asked after the look: the health watch may have learned something meanwhile. */
  readonly memoryNow: () => Memory;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Looks at one CLB: its listeners, and targets and health of those that this cluster made. undefined: no such CLB. */
export async function observe(options: ObserveOptions): Promise<Observation | undefined> {
  const { clb, clusterId, loadBalancerId, nowMs, signal } = options;
  const asked = clb.describeListeners(loadBalancerId, signal);
  // Asked at the same time, because each answer takes a while; of a CLB that is gone only the other answer counts.
  asked.catch(() => undefined);
  const loadBalancer = await clb.describeLoadBalancer(loadBalancerId, signal);
  if (loadBalancer === undefined) return undefined;
  const listeners = await asked;
  const ownIds = listeners.filter(({ name }) => ownerOfListener(name, clusterId) !== undefined).map(({ id }) => id);
  const [targets, healths] = await Promise.all([
    clb.describeTargets(loadBalancerId, ownIds, signal),
    ownIds.length === 0 ? [] : clb.describeHealth([loadBalancerId], signal),
  ]);
  const memory = refreshMemory(options.memoryNow(), targets, nowMs());
  const { health, distrustUntilMs } = trustedHealth(healths, memory.distrustUntilMs, nowMs());
  return { look: { loadBalancer, listeners, targets, health }, memory: { ...memory, distrustUntilMs } };
}
