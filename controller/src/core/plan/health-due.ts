import { wantedTargets, type BalancerState } from '../model/balancer-state.ts';
import { boundTargets, placeAt, targetAt } from '../model/observed.ts';
import { isServing, targetKey, type TargetRef } from '../model/target.ts';
import { soonestAliveMs } from './check-speed.ts';
import type { Memory } from './memory.ts';

interface Timing {
  readonly nowMs: number;
  /** How long after a weight 0 its effect is looked for. */
  readonly verifyMs: number;
}

/** So many times later is looked for what is in no hurry: most of it shows while health is asked for anyway. */
const calm = 5;

/** Whether the health of a CLB's targets can say something new that is waited for. */
export function isHealthDue(state: BalancerState, memory: Memory, { nowMs, verifyMs }: Timing): boolean {
  if (isVerificationDue(state, memory, { nowMs, verifyMs })) return true;
  const waiting = wantedTargets(state).filter((target) => {
    const standing = targetAt(state.observed, target);
    return standing !== undefined && !isServing(standing.health);
  });
  return waiting.some((target) => state.waitsForHealth || mayBeAlive(target, { state, memory, nowMs }));
}

/** A weight 0 or a removal without effect costs requests; all else that is seen late costs a little time at most. */
function isVerificationDue({ observed }: BalancerState, { unverifiedSinceMs }: Memory, timing: Timing): boolean {
  const { nowMs, verifyMs } = timing;
  if (unverifiedSinceMs.size === 0 || observed === undefined) return false;
  const carrying = new Set(
    boundTargets(observed)
      .filter(({ weight }) => weight > 0)
      .map(targetKey),
  );
  const waitMs = (key: string) => (carrying.has(key) ? calm * verifyMs : verifyMs);
  return [...unverifiedSinceMs].some(([key, sinceMs]) => sinceMs + waitMs(key) <= nowMs);
}

interface Known {
  readonly state: BalancerState;
  readonly memory: Memory;
  readonly nowMs: number;
}

/** While an address is doubted, each answer counts that says anything but Alive. */
function mayBeAlive(target: TargetRef, { state, memory, nowMs }: Known): boolean {
  if (memory.checks !== 'as-set') return true;
  const key = targetKey(target);
  const sinceMs = memory.registeredAtMs.get(key);
  if (sinceMs === undefined || (memory.distrustUntilMs.get(key) ?? 0) > nowMs) return true;
  return nowMs - sinceMs >= soonestAliveMs(placeAt(state.observed, target)?.settings.healthCheck);
}
