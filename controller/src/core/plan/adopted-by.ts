import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { tkeListener } from '../model/adoption.ts';
import { bindingKey } from '../model/binding.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace } from '../model/place.ts';
import { isKind, type ModifyListener } from '../model/step.ts';
import type { Plan } from './plan.ts';

/** The listener of TKE's controller that a step gives to its owner; undefined: the step does something else. */
export function adoptedBy(
  { name, listenerId, owners }: ModifyListener,
  { madeByTkeFor, listeners }: ObservedLoadBalancer,
): ObservedListener | undefined {
  if (name === undefined || madeByTkeFor === undefined || !owners.includes(madeByTkeFor)) return undefined;
  return listeners.find((one) => one.id === listenerId && one.name === tkeListener);
}

/** That a listener of TKE's controller becomes ours; undefined for a step that does something else. */
export function listenerAdopted(step: ModifyListener, observed: ObservedLoadBalancer): Finding | undefined {
  const listener = adoptedBy(step, observed);
  if (listener === undefined) return undefined;
  const targets = [listener, ...listener.rules].reduce((count, { targets }) => count + targets.size, 0);
  const message =
    `Listener ${listener.id} (${describePlace(step.place)}) of ${observed.id}, which TKE's controller made for this ` +
    `object, becomes clb-direct's. Its ${targets} targets go on; those that the object does not ask for are ` +
    'drained when its own are Alive.';
  return { severity: 'Normal', reason: 'ListenerAdopted', message };
}

/** By bindingKey: what stands in the way of places whose listeners do not have our name yet. */
export function placesBeingAdopted(
  { steps, bound }: Pick<Plan, 'steps' | 'bound'>,
  observed: ObservedLoadBalancer,
): readonly (readonly [string, Finding])[] {
  return steps.filter(isKind('modify-listener')).flatMap((step) => {
    const finding = listenerAdopted(step, observed);
    const here = bound.filter(({ id }) => id.listenerId === step.listenerId);
    return finding === undefined ? [] : here.map(({ binding }) => [bindingKey(binding), finding] as const);
  });
}
