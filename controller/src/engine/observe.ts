import type { BalancerState } from '../core/model/balancer-state.ts';
import type { ClbPort, ListenerAnswer } from '../core/model/clb-port.ts';
import { boundTargets, type ObservedLoadBalancer } from '../core/model/observed.ts';
import { assembleObserved, type RecordedRule } from '../core/plan/assemble-observed.ts';
import { groupOfListener } from '../core/plan/listener-name.ts';
import { refreshMemory, type Memory } from '../core/plan/memory.ts';
import { usesListener, type UsedPlaces } from '../core/plan/used-places.ts';
import { haveTags } from '../core/plan/own-targets.ts';
import { trustedHealth } from '../core/plan/trusted-health.ts';

export interface Observation {
  readonly observed: ObservedLoadBalancer;
  readonly memory: Memory;
}

export interface ObserveOptions {
  readonly clb: ClbPort;
  readonly clusterId: string;
  readonly balancerId: string;
  /** It has been seen before. Of another, first only whether there is one: half the calls if there is none. */
  readonly isKnown: boolean;
  /** Whether the targets of a listener that is not ours are needed to tell whose it is. */
  readonly isDoubtful: (listener: ListenerAnswer) => boolean;
  /** Places of listeners that are not ours where owners have targets, or want some. */
  readonly used: UsedPlaces;
  /** Asked when the listeners have been seen. */
  readonly recordedRules: () => readonly RecordedRule[];
  /** Asked after the look: the health watch may have learned something meanwhile. */
  readonly memoryNow: () => Memory;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** What is known without a look: the last one, our own writes since, and health as it was heard. */
export function knownOf(state: BalancerState | undefined, memory: Memory, nowMs: number): Observation | undefined {
  const observed = state?.phase === 'seen' && state.trouble === undefined ? state.observed : undefined;
  return observed && { observed, memory: refreshMemory(memory, boundTargets(observed), nowMs) };
}

/**
 * Looks at one CLB: its listeners, and targets and health of those that this cluster made or may have made.
 * undefined: no such CLB.
 */
export async function observe(options: ObserveOptions): Promise<Observation | undefined> {
  const { clb, clusterId, balancerId, isKnown, used, nowMs, signal } = options;
  const asked = isKnown ? clb.describeListeners(balancerId, signal) : undefined;
  // Asked at the same time, because each answer takes a while; of a CLB that is gone only the other answer counts.
  asked?.catch(() => undefined);
  const loadBalancer = await clb.describeLoadBalancer(balancerId, signal);
  if (loadBalancer === undefined) return undefined;
  const listeners = await (asked ?? clb.describeListeners(balancerId, signal));
  const asksFor = (one: ListenerAnswer) =>
    groupOfListener(one.name, clusterId) !== undefined || options.isDoubtful(one) || usesListener(used, one.id);
  const ownIds = listeners.filter(asksFor).map(({ id }) => id);
  const [targets, healths] = await Promise.all([
    clb.describeTargets(balancerId, ownIds, signal),
    ownIds.length === 0 ? [] : clb.describeHealth(balancerId, signal),
  ]);
  const memory = options.memoryNow();
  const { health, distrustUntilMs } = trustedHealth(healths, memory.distrustUntilMs, nowMs());
  const answers = { loadBalancer, listeners, targets, health };
  const observed = assembleObserved(answers, { clusterId, recordedRules: options.recordedRules(), used, memory });
  const returnsTags = memory.returnsTags || haveTags(targets);
  const refreshed = refreshMemory(memory, boundTargets(observed), nowMs());
  return { observed, memory: { ...refreshed, distrustUntilMs, returnsTags, unverifiedSinceMs: new Map() } };
}
