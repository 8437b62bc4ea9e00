import { tkeListener } from '../model/adoption.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import type { ModifyListener } from '../model/step.ts';

/** The listener of TKE's controller that a step gives to its Service; undefined: the step does something else. */
export function adoptedBy(
  { name, listenerId, owners }: ModifyListener,
  { madeByTkeFor, listeners }: ObservedLoadBalancer,
): ObservedListener | undefined {
  if (name === undefined || madeByTkeFor === undefined || !owners.includes(madeByTkeFor)) return undefined;
  return listeners.find((one) => one.id === listenerId && one.name === tkeListener);
}
