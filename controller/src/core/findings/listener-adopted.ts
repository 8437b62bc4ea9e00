import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace } from '../model/place.ts';
import type { ModifyListener } from '../model/step.ts';
import { adoptedBy } from '../plan/adopted-by.ts';

/** That a listener of TKE's controller becomes ours; undefined for a step that does something else. */
export function listenerAdopted(step: ModifyListener, observed: ObservedLoadBalancer): Finding | undefined {
  const listener = adoptedBy(step, observed);
  if (listener === undefined) return undefined;
  const message =
    `Listener ${listener.id} (${describePlace(step.place)}) of ${observed.id}, which TKE's controller made for this ` +
    `Service, becomes clb-direct's. Its ${listener.targets.size} targets go on; those that are none of the Service's ` +
    'pods are drained when the pods are Alive.';
  return { severity: 'Normal', reason: 'ListenerAdopted', message };
}
