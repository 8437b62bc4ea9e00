import { existing } from '../core/model/balancer-ref.ts';
import type { BalancerState } from '../core/model/balancer-state.ts';
import type { Binding, PodSelector } from '../core/model/binding.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { boundTargets } from '../core/model/observed.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { stepKey } from '../core/model/step.ts';
import { targetKey } from '../core/model/target.ts';
import type { Facts } from '../core/plan/facts.ts';
import { adoptBackends, type Memory } from '../core/plan/memory.ts';
import { missingListeners } from '../core/plan/missing-listeners.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { RemovalLimits } from '../core/plan/removals.ts';
import type { Scope } from '../core/plan/scope.ts';
import { podBackends } from '../core/sources/backends/pod-backends.ts';
import { podDeparture } from '../core/sources/backends/pod-departure.ts';
import type { Applied } from './apply.ts';
import type { Observation } from './observe.ts';

/** How targets carry traffic and leave. */
export interface Limits extends RemovalLimits {
  /** The weight of a target that carries traffic. */
  readonly weight: number;
}

interface FactSources {
  readonly cluster: ClusterView;
  readonly clusterId: string;
  readonly limits: Limits;
  readonly hasEnded: (uid: string) => boolean;
  readonly nowMs: () => number;
}

export type PodsOf = (binding: Binding) => readonly PodView[];

/** Gathers everything that a plan is judged from. */
export function factsFrom(
  scope: Scope,
  { observed, memory }: Observation,
  podsOf: PodsOf,
  sources: FactSources,
): Facts {
  const { cluster, clusterId, limits, hasEnded, nowMs } = sources;
  return {
    nowMs: nowMs(),
    clusterId,
    ref: existing(observed.id),
    claims: scope.claims,
    releases: scope.releases,
    observed,
    memory,
    backendsOf: (binding) => podBackends(binding, podsOf(binding), limits.weight),
    departureOf: ({ ip }, podUid) => {
      const pod = podUid === undefined ? undefined : cluster.podWithUid(podUid);
      return podDeparture({ podUid, pod, podsAtAddress: cluster.podsAt(ip), hasEnded });
    },
    limits,
  };
}

/** The pods that a binding selects. One run asks for them many times, and they do not change under it. */
export function podsBehind(cluster: Pick<ClusterView, 'podsSelectedBy'>): PodsOf {
  const found = new Map<PodSelector, readonly PodView[]>();
  return ({ backends: { selector } }) => {
    const pods = found.get(selector) ?? cluster.podsSelectedBy(selector);
    found.set(selector, pods);
    return pods;
  };
}

interface Before {
  readonly before: BalancerState | undefined;
  readonly nowMs: number;
}

/**
 * Notes whose the targets are, since when each removal is withheld, and what was deleted by hand; the rest is
 * forgotten.
 */
export function memoryAfterPlan({ memory, observed }: Observation, plan: Plan, { before, nowMs }: Before): Memory {
  const withheld = plan.withheld.map(targetKey);
  const planned = new Set(plan.steps.map(stepKey));
  const wanted = plan.bound.flatMap((bound) => bound.wanted);
  const adopted = wanted.map((target) => ({ key: targetKey(target), backendId: target.backend.id }));
  return {
    ...adoptBackends(memory, adopted, boundTargets(observed)),
    withheldSinceMs: new Map(withheld.map((key) => [key, memory.withheldSinceMs.get(key) ?? nowMs])),
    refused: memory.refused.filter(({ step }) => planned.has(stepKey(step))),
    missingListeners: missingListeners({ steps: plan.steps, before, known: memory.missingListeners }),
  };
}

/** The longest that a CLB's own view of health may lag behind a registration: three checks at the default 5 s. */
const distrustMs = 15_000;

/** Notes whom targets were registered for, and which addresses may soon be another pod's. */
export function memoryAfterApply(memory: Memory, { done, refused }: Applied, nowMs: number): Memory {
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
    refused,
  };
}
