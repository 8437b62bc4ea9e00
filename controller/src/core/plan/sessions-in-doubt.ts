import type { ObservedLoadBalancer } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import type { Memory } from './memory.ts';
import type { Plan } from './plan.ts';

/**
 * UIDs of owners whose session persistence is being switched on or off, or may still be by a write that was not
 * confirmed. What is in effect for them only a later look shows.
 */
export function sessionsInDoubt(
  { steps }: Pick<Plan, 'steps'>,
  { listeners }: ObservedLoadBalancer,
  { unsettledListeners }: Pick<Memory, 'unsettledListeners'>,
): ReadonlySet<string> {
  const unsettled = listeners.filter(({ id }) => unsettledListeners.has(id));
  const places = unsettled.flatMap((listener) => [listener, ...listener.rules]);
  return new Set([...steps.filter(setsSession), ...places].flatMap((one) => ownersOf(one)));
}

function setsSession(step: Step): boolean {
  return 'settings' in step && 'sessionExpireTime' in step.settings;
}

type Owned = { readonly owners: readonly string[] } | { readonly ownerUids: readonly string[] };

function ownersOf(one: Owned): readonly string[] {
  return 'owners' in one ? one.owners : one.ownerUids;
}
