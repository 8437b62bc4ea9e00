import type { Problem } from './binding.ts';
import type { Health, LoadBalancer, Listener, ObservedTarget, TargetHealth } from './clb-port.ts';
import { ownerOf, type Memory, type RefusedListener } from './memory.ts';
import { ownerOfListener } from './ownership.ts';
import type { Plan } from './plan.ts';
import { bindingKey, bindingKeyOf, type SeenTarget, type Sight } from './sight.ts';
import { targetKey } from './target.ts';
import { troubleOf } from './trouble.ts';

/** One whole look at a CLB. */
export interface Look {
  readonly loadBalancer: LoadBalancer;
  readonly listeners: readonly Listener[];
  /** Targets of the listeners that this cluster made. */
  readonly targets: readonly ObservedTarget[];
  readonly health: ReadonlyMap<string, Health>;
}

/**
 * Health by target. Right after an address changed hands, "Alive" may still be the word on the pod that had it before:
 * it counts only once the CLB has said something else in between, or when enough time for a new check has passed.
 */
export function trustedHealth(
  healths: readonly TargetHealth[],
  distrustUntilMs: ReadonlyMap<string, number>,
  nowMs: number,
): { readonly health: ReadonlyMap<string, Health>; readonly distrustUntilMs: ReadonlyMap<string, number> } {
  const said = new Map(healths.map((entry) => [targetKey(entry), entry.health]));
  const stillDoubted = [...distrustUntilMs].filter(
    ([key, untilMs]) => untilMs > nowMs && (said.get(key) ?? 'Alive') === 'Alive',
  );
  const doubted = new Map(stillDoubted);
  const health = new Map([...said].map(([key, word]) => [key, doubted.has(key) ? 'Unknown' : word] as const));
  return { health, distrustUntilMs: doubted };
}

/**
 * Turns a look and the plan made from it into what the board shows. What the plan takes away is shown as gone already,
 * so that no gate opens on it; a listener that the plan makes is shown as standing, so that nobody forgets it.
 */
export function sightFrom(look: Look, plan: Plan, memory: Memory, clusterId: string): Sight {
  const owners = [...look.listeners, ...plan.createListeners].map(({ name }) => ownerOfListener(name, clusterId));
  const leaving = new Set([...plan.evict, ...plan.deregister].map(targetKey));
  const staying = look.targets.filter((target) => !leaving.has(targetKey(target)));
  const lowered = new Set(plan.drain.map(targetKey));
  return {
    loadBalancerId: look.loadBalancer.id,
    listenerIds: new Map(plan.bound.map(({ binding, listener }) => [bindingKey(binding), listener.id])),
    targets: new Map(staying.map((target) => [targetKey(target), seenOf(target, look, { memory, lowered })])),
    obstacles: new Map([...obstaclesOf(plan), ...refusalsIn(memory.refusedListeners, clusterId)]),
    serviceUids: new Set(owners.filter((uid) => uid !== undefined)),
    addresses: addressesOf(look.loadBalancer),
    wanted: new Set(plan.wanted.filter(({ weight }) => weight > 0).map(targetKey)),
    holdsBack: plan.holdsBack,
    trouble: undefined,
    state: 'seen',
  };
}

function seenOf(
  target: ObservedTarget,
  look: Look,
  { memory, lowered }: { readonly memory: Memory; readonly lowered: ReadonlySet<string> },
): SeenTarget {
  const key = targetKey(target);
  const weight = lowered.has(key) ? 0 : target.weight;
  return { weight, ownerUid: ownerOf(target, memory), health: look.health.get(key) };
}

function addressesOf({ vips, domain }: LoadBalancer): readonly string[] {
  if (vips.length > 0) return vips;
  return domain === undefined || domain === '' ? [] : [domain];
}

/** What stands in the way of bindings whose listener the CLB does not make, by bindingKey. */
export function refusalsIn(refused: readonly RefusedListener[], clusterId: string): ReadonlyMap<string, Problem> {
  return new Map(refused.map(({ spec, error }) => [bindingKeyOf(spec, clusterId), troubleOf(error)]));
}

function obstaclesOf(plan: Plan): ReadonlyMap<string, Problem> {
  return new Map(plan.conflicts.map((conflict) => [`${conflict.serviceUid} ${conflict.slot}`, conflict]));
}
