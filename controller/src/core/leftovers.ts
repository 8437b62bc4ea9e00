import type { ObservedTarget } from './clb-port.ts';
import type { Bound, Leftover } from './match-listeners.ts';
import { ageOf } from './memory.ts';
import type { Facts } from './plan.ts';
import { isServing, targetKey } from './target.ts';

export interface LeftoverPlan {
  readonly drain: readonly ObservedTarget[];
  readonly deleteListeners: readonly string[];
  readonly withheld: readonly ObservedTarget[];
  /** A listener waits for what replaces it. */
  readonly holdsBack: boolean;
  readonly dueInMs: number | undefined;
}

type Fate = 'delete' | 'drain' | 'hold' | 'keep';

/**
 * Listeners that no binding uses any more. Those of a Service that is going are deleted; those of a living Service
 * first wait for what replaces them, then drain. A listener whose Service nobody knows is kept: a wrong cluster id
 * must never delete another cluster's listeners.
 */
export function judgeLeftovers(leftovers: readonly Leftover[], bound: readonly Bound[], facts: Facts): LeftoverPlan {
  const plans = leftovers.map((leftover) => planLeftover(leftover, fateOf(leftover, bound, facts), facts));
  const waits = plans.flatMap(({ dueInMs }) => dueInMs ?? []);
  return {
    drain: plans.flatMap(({ drain }) => drain),
    deleteListeners: plans.flatMap(({ deleteListeners }) => deleteListeners),
    withheld: plans.flatMap(({ withheld }) => withheld),
    holdsBack: plans.some(({ holdsBack }) => holdsBack),
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

function fateOf({ ownerUid }: Leftover, bound: readonly Bound[], facts: Facts): Fate {
  const release = facts.releases.get(ownerUid);
  if (release !== undefined) return release === 'now' ? 'delete' : release;
  const claim = facts.claims.find(({ service }) => service.uid === ownerUid);
  if (claim === undefined) return 'keep';
  const siblings = bound.filter(({ binding }) => binding.serviceUid === ownerUid);
  // Any of the ports may be what replaces the listener, so all of them must stand and carry.
  const isReplaced = siblings.length === claim.bindings.length && siblings.every((one) => isCarrying(one, facts));
  return isReplaced ? 'drain' : 'hold';
}

/** The listener has a target that the CLB sends to, or its Service has no pod to offer. */
function isCarrying({ binding, listener }: Bound, facts: Facts): boolean {
  const targets = facts.targets.filter(({ listenerId }) => listenerId === listener.id);
  if (targets.some((target) => target.weight > 0 && isServing(facts.health.get(targetKey(target))))) return true;
  return facts.podsOf(binding).length === 0;
}

function planLeftover({ listener }: Leftover, fate: Fate, facts: Facts): LeftoverPlan {
  const targets = facts.targets.filter(({ listenerId }) => listenerId === listener.id);
  const nothing = { drain: [], deleteListeners: [], withheld: [], holdsBack: false, dueInMs: undefined };
  switch (fate) {
    case 'keep':
      return nothing;
    case 'delete':
      return { ...nothing, deleteListeners: [listener.id] };
    case 'hold':
      return { ...nothing, withheld: targets, holdsBack: true };
    case 'drain':
      return { ...nothing, ...drainLeftover(listener.id, targets, facts) };
  }
}

function drainLeftover(listenerId: string, targets: readonly ObservedTarget[], facts: Facts): Partial<LeftoverPlan> {
  const carrying = targets.filter(({ weight }) => weight > 0);
  if (carrying.length > 0) return { drain: carrying };
  const ages = targets.map((target) => ageOf(facts.memory.zeroSinceMs, targetKey(target), facts.nowMs));
  const waitMs = facts.limits.drainMs - Math.min(...ages, facts.limits.drainMs);
  return waitMs <= 0 ? { deleteListeners: [listenerId] } : { dueInMs: waitMs };
}
