import type { GateWait } from '../model/gate-wait.ts';
import type { GateFacts, GatePolicy } from './gate-facts.ts';
import type { Waiting } from './passage.ts';

/** What a gate waits for, and for how long. */
export interface Wait {
  readonly passage: Waiting;
  /** undefined: for ever. */
  readonly limitMs: number | undefined;
  /** What is left of it; undefined also while the containers are not ready. */
  readonly limitInMs: number | undefined;
}

/** The owner's own word counts, else the policy. */
export function waitOf(passage: Waiting, ownerUid: string, facts: GateFacts): Wait {
  const limitMs = limitOf(facts.waits.get(ownerUid), facts.policy);
  return { passage, limitMs, limitInMs: limitMs === undefined ? undefined : leftOf(limitMs, facts) };
}

function limitOf(said: GateWait | undefined, { onWaitLimit, waitLimitMs }: GatePolicy): number | undefined {
  if (said !== undefined) return said.kind === 'open' ? said.afterMs : undefined;
  return onWaitLimit === 'open' ? waitLimitMs : undefined;
}

/**
 * What is left of a time that runs from the containers being ready; undefined while they are not. No pod is ready
 * before it is created: the kubelet's clock may be behind the API server's, by which we count.
 */
export function leftOf(limitMs: number, { pod, nowMs }: GateFacts): number | undefined {
  const { containersReadyAtMs, createdAtMs } = pod;
  return containersReadyAtMs === undefined ? undefined : Math.max(containersReadyAtMs, createdAtMs) + limitMs - nowMs;
}
