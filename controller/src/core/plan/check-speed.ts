import { boundTargets, placeAt, type ObservedLoadBalancer } from '../model/observed.ts';
import type { HealthCheck } from '../model/settings.ts';
import { isServing, targetKey } from '../model/target.ts';
import type { CheckSpeed, Memory } from './memory.ts';

/** The first check comes at any time after the registration, the others one interval after another. */
export function soonestAliveMs(check: HealthCheck | undefined): number {
  const { HealthSwitch: isOn, IntervalTime: seconds, HealthNum: checks } = check ?? {};
  return isOn === 0 || seconds === undefined || checks === undefined ? 0 : (checks - 1) * seconds * 1000;
}

interface Change {
  readonly before: ObservedLoadBalancer;
  readonly after: ObservedLoadBalancer;
}

/** Learns from targets that an answer shows Alive for the first time. Once faster, it is never relied on again. */
export function checkSpeed({ before, after }: Change, memory: Memory, askedAtMs: number): CheckSpeed {
  const served = new Set(
    boundTargets(before)
      .filter(({ health }) => isServing(health))
      .map(targetKey),
  );
  const fresh = boundTargets(after).filter((target) => target.health === 'Alive' && !served.has(targetKey(target)));
  const tookTooShort = fresh.flatMap((target) => {
    const sinceMs = memory.registeredAtMs.get(targetKey(target));
    if (sinceMs === undefined) return [];
    return askedAtMs - sinceMs < soonestAliveMs(placeAt(after, target)?.settings.healthCheck);
  });
  if (memory.checks === 'faster' || tookTooShort.includes(true)) return 'faster';
  return tookTooShort.length > 0 ? 'as-set' : memory.checks;
}
