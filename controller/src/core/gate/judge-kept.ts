import type { BalancerState } from '../model/balancer-state.ts';
import type { PodBinding } from '../model/binding.ts';
import { targetAt } from '../model/observed.ts';
import { addressKey, targetKey } from '../model/target.ts';
import type { GateFacts } from './gate-facts.ts';
import { judgeBinding, lookAt, placeOf, refOf } from './judge-binding.ts';
import type { KeptPlace } from './kept-place.ts';
import { blocked, type Passage } from './passage.ts';
import { leftOf } from './wait-limit.ts';

/** undefined: nothing is waited for there, because the pod can be no target of it, or its time is over. */
export function judgeKept({ kept, state }: KeptPlace, facts: GateFacts): Passage | undefined {
  if (kept === undefined) return blocked(notLookedAt);
  if (keptForMs(kept.keepMs, facts) <= 0 || state?.phase !== 'seen') return undefined;
  return mayServe(kept.binding, state, facts) ? judgeBinding(kept.binding, facts) : undefined;
}

/** Its check may never pass there, and the move may never end: a pod waits no longer than a place is kept. */
export function keptForMs(keepMs: number, facts: GateFacts): number {
  return leftOf(keepMs, facts) ?? keepMs;
}

function mayServe(binding: PodBinding, state: BalancerState, facts: GateFacts): boolean {
  const ref = refOf(binding, facts.pod, lookAt(state, facts));
  if (ref === undefined) return false;
  if (targetAt(state.observed, ref) !== undefined) return true;
  const key = targetKey(ref);
  const isOfOthers = placeOf(binding, state)?.others?.has(addressKey(ref)) === true;
  return !isOfOthers && !state.withoutRoom.has(key) && state.refusedTargets?.has(key) !== true;
}

const notLookedAt = 'waits for a look at the CLB that its Service or Ingress moves away from';
