import { wantedTargets, type BalancerState } from '../model/balancer-state.ts';
import { boundTargets, placeAt, targetAt, type BoundTarget } from '../model/observed.ts';
import { isServing, targetKey, type TargetRef } from '../model/target.ts';
import { soonestAliveMs } from './check-speed.ts';
import type { Memory } from './memory.ts';

interface Timing {
  readonly nowMs: number;
  /** How long after a weight 0 its effect is looked for. */
  readonly verifyMs: number;
  /** The deletion of a pod with this address waits for its weight 0. */
  readonly isHeld: IsHeld;
}

export type IsHeld = (ip: string) => boolean;

/** So many times later is looked for what is in no hurry: most of it shows while health is asked for anyway. */
const calm = 5;

/** Whether the health of a CLB's targets can say something new that is waited for. */
export function isHealthDue(state: BalancerState, memory: Memory, timing: Timing): boolean {
  const { nowMs } = timing;
  if (isVerificationDue(state, memory, timing)) return true;
  const waiting = wantedTargets(state).filter((target) => {
    const standing = targetAt(state.observed, target);
    return standing !== undefined && !isServing(standing.health);
  });
  return waiting.some((target) => state.waitsForHealth || mayBeAlive(target, { state, memory, nowMs }));
}

/** Whether a held deletion waits for an answer, and none was asked for since the weight 0 was written. */
export function isHealthUrgent(
  { observed }: BalancerState,
  { unverifiedSinceMs }: Memory,
  { askedAtMs, isHeld }: { readonly askedAtMs: number; readonly isHeld: IsHeld },
): boolean {
  if (unverifiedSinceMs.size === 0 || observed === undefined) return false;
  const sinceMs = (target: BoundTarget) => unverifiedSinceMs.get(targetKey(target)) ?? -Infinity;
  const isLowered = ({ weight, ip }: BoundTarget) => weight === 0 && isHeld(ip);
  return boundTargets(observed).some((target) => sinceMs(target) >= askedAtMs && isLowered(target));
}

/**
 * A weight 0 or a removal without effect costs requests; all else that is seen late costs a little time at most. A held
 * deletion waits for nothing else.
 */
function isVerificationDue({ observed }: BalancerState, { unverifiedSinceMs }: Memory, timing: Timing): boolean {
  if (unverifiedSinceMs.size === 0 || observed === undefined) return false;
  const { nowMs, verifyMs, isHeld } = timing;
  const targets = new Map(boundTargets(observed).map((target) => [targetKey(target), target]));
  const waitMs = (target: BoundTarget | undefined) => {
    if (target === undefined) return verifyMs;
    if (target.weight > 0) return calm * verifyMs;
    return isHeld(target.ip) ? 0 : verifyMs;
  };
  return [...unverifiedSinceMs].some(([key, sinceMs]) => sinceMs + waitMs(targets.get(key)) <= nowMs);
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
