import type { HealthAnswer } from '../model/clb-port.ts';
import { withOthers, withTargets, type ObservedLoadBalancer, type Targets } from '../model/observed.ts';
import type { PlaceId } from '../model/place.ts';
import { addressKey, targetKey, type Health, type TargetAddress } from '../model/target.ts';

interface Trusted {
  /** By targetKey. */
  readonly health: ReadonlyMap<string, Health>;
  /** By targetKey. */
  readonly distrustUntilMs: ReadonlyMap<string, number>;
}

/**
 * Health by target. Right after an address passed to another backend, "Alive" may still mean the one that had it
 * before: it counts only once the CLB has said something else in between, or when enough time for a new check has
 * passed.
 */
export function trustedHealth(
  answers: readonly HealthAnswer[],
  distrustUntilMs: ReadonlyMap<string, number>,
  nowMs: number,
): Trusted {
  const said = new Map(answers.map((answer) => [targetKey(answer), answer.health]));
  const stillDoubted = [...distrustUntilMs].filter(
    ([key, untilMs]) => untilMs > nowMs && (said.get(key) ?? 'Alive') === 'Alive',
  );
  const doubted = new Map(stillDoubted);
  const health = new Map([...said].map(([key, word]) => [key, doubted.has(key) ? 'Unknown' : word] as const));
  return { health, distrustUntilMs: doubted };
}

/**
 * The same CLB with fresh health, and the targets whose health changed. A target without an answer keeps its health.
 */
export function withHealth(
  observed: ObservedLoadBalancer,
  health: ReadonlyMap<string, Health>,
): { readonly observed: ObservedLoadBalancer; readonly changed: readonly TargetAddress[] } {
  const changed: TargetAddress[] = [];
  const refreshed = (id: PlaceId, targets: Targets): Targets => {
    const fresh = [...targets.values()].map((target) => {
      const now = health.get(targetKey({ ...id, ...target })) ?? target.health;
      if (now !== target.health) changed.push(target);
      return now === target.health ? target : { ...target, health: now };
    });
    return new Map(fresh.map((target) => [addressKey(target), target]));
  };
  return { observed: withOthers(withTargets(observed, refreshed), refreshed), changed };
}
