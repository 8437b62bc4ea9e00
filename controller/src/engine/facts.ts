import type { Scope } from '../core/claims.ts';
import { adoptOwners, listenerKey, type Memory } from '../core/memory.ts';
import { missingListeners } from '../core/missing-listeners.ts';
import type { Sight } from '../core/sight.ts';
import { selects } from '../core/binding.ts';
import type { Facts, Limits, Plan } from '../core/plan.ts';
import type { ClusterView } from '../core/ports.ts';
import type { Look } from '../core/see.ts';
import { targetKey } from '../core/target.ts';
import type { PodView } from '../core/views.ts';
import type { Applied } from './apply.ts';
import type { Observation } from './observe.ts';

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
    podsOf: podsBehind(cluster),
    podsAt: (ip) => cluster.podsAt(ip),
    hasEnded,
    limits,
  };
}

/** The pods that a binding's Service selects. One plan asks for them many times, and they do not change under it. */
function podsBehind(cluster: ClusterView): Facts['podsOf'] {
  const found = new Map<string, readonly PodView[]>();
  return ({ serviceUid, namespace, selector }) => {
    const pods = found.get(serviceUid) ?? cluster.podsIn(namespace).filter((pod) => selects(selector, pod.labels));
    found.set(serviceUid, pods);
    return pods;
  };
}

/** Notes whose the targets are, since when each removal has been held back, and what somebody deleted; the rest is forgotten. */
export function afterPlan(
  { memory, look }: Observation,
  plan: Plan,
  { before, clusterId, nowMs }: { before: Sight | undefined; clusterId: string; nowMs: number },
): Memory {
  const held = plan.withheld.map(targetKey);
  const isMade = new Set(plan.createListeners.map(listenerKey));
  return {
    ...adoptOwners(memory, plan.wanted, look.targets),
    heldSinceMs: new Map(held.map((key) => [key, memory.heldSinceMs.get(key) ?? nowMs])),
    refusedListeners: memory.refusedListeners.filter(({ spec }) => isMade.has(listenerKey(spec))),
    missingListeners: missingListeners({
      create: plan.createListeners,
      before,
      known: memory.missingListeners,
      clusterId,
    }),
  };
}

/** The longest that a CLB's own view of health may lag behind a registration: three checks at the default 5 s. */
const distrustMs = 15_000;

/** Notes whose targets we made, and which addresses may soon be another pod's. */
export function afterApply(memory: Memory, applied: Applied, nowMs: number): Memory {
  const doubted = [...applied.takenOff].map((key) => [key, nowMs + distrustMs] as const);
  return {
    ...memory,
    registeredFor: new Map([...memory.registeredFor, ...applied.registered]),
    distrustUntilMs: new Map([...memory.distrustUntilMs, ...doubted]),
    suspects: applied.suspects,
    refusedListeners: applied.refusedListeners,
  };
}
