import type { Scope } from '../core/claims.ts';
import type { Memory } from '../core/memory.ts';
import { selects } from '../core/binding.ts';
import type { Facts, Limits, Plan } from '../core/plan.ts';
import type { ClusterView } from '../core/ports.ts';
import type { Look } from '../core/see.ts';
import { targetKey } from '../core/target.ts';
import type { Applied } from './apply.ts';

interface FactSources {
  readonly cluster: ClusterView;
  readonly clusterId: string;
  readonly limits: Limits;
  readonly hasEnded: (uid: string) => boolean;
  readonly nowMs: () => number;
}

/** Gathers everything that a plan is judged from. */
export function factsFrom(scope: Scope, look: Look, memory: Memory, sources: FactSources): Facts {
  const { cluster, clusterId, limits, hasEnded, nowMs } = sources;
  return {
    nowMs: nowMs(),
    clusterId,
    claims: scope.claims,
    releases: scope.releases,
    listeners: look.listeners,
    targets: look.targets,
    health: look.health,
    memory,
    podsOf: (binding) => cluster.podsIn(binding.namespace).filter((pod) => selects(binding.selector, pod.labels)),
    podsAt: (ip) => cluster.podsAt(ip),
    hasEnded,
    limits,
  };
}

/** Notes since when each removal has been held back; what is not held back any more is forgotten. */
export function noteWithheld(memory: Memory, plan: Plan, nowMs: number): Memory {
  const held = plan.withheld.map(targetKey);
  return { ...memory, heldSinceMs: new Map(held.map((key) => [key, memory.heldSinceMs.get(key) ?? nowMs])) };
}

/** The longest that a CLB's own view of health may lag behind a registration: three checks at the default 5 s. */
const distrustMs = 15_000;

/** Notes whose targets we made, and which addresses changed hands. */
export function afterApply(memory: Memory, applied: Applied, nowMs: number): Memory {
  const takenOver = [...applied.registered.keys()].filter((key) => applied.takenOver.has(key));
  return {
    ...memory,
    registeredFor: new Map([...memory.registeredFor, ...applied.registered]),
    distrustUntilMs: new Map([
      ...memory.distrustUntilMs,
      ...takenOver.map((key) => [key, nowMs + distrustMs] as const),
    ]),
  };
}
