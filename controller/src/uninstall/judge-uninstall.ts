import { gateReason, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { readBindings, selects, slotOf } from '../core/binding.ts';
import { listenerName, ownershipOf } from '../core/ownership.ts';
import type { PodView, ServiceView } from '../core/views.ts';
import { hasClosedGate } from '../core/wakes.ts';

/** What an uninstall reads from the cluster. */
export interface UninstallFacts {
  readonly pods: readonly PodView[];
  readonly services: readonly ServiceView[];
  readonly tkePresent: boolean;
}

/** What an uninstall changes, as plain data. */
export interface UninstallPlan {
  /** Pods whose closed gate no controller would open. */
  readonly openings: readonly PodView[];
  /** Services that could not be deleted, because no controller would remove our finalizer. */
  readonly releases: readonly ServiceView[];
}

/**
 * Listeners of one Service that may remain on one CLB: an uninstall cuts no traffic. Nothing on the Service proves
 * that they exist: the record is written before they are created, events expire, and another controller may have
 * written the address.
 */
export interface RemainingListeners {
  readonly service: ServiceView;
  readonly loadBalancerId: string;
  /** The Service's ports there, such as TCP/80; empty for a CLB that the Service no longer names. */
  readonly slots: readonly string[];
  readonly listenerName: string;
}

export const uninstallCondition: GateCondition = {
  status: 'True',
  reason: gateReason.uninstalled,
  message: 'clb-direct was uninstalled while the pod waited. The gate no longer waits for a CLB.',
};

/** Which gates to open and which Services to release. */
export function judgeUninstall(facts: UninstallFacts): UninstallPlan {
  return {
    openings: facts.pods.filter((pod) => isWaiting(pod) && !isLeftToTke(pod, facts)),
    releases: facts.services.filter(({ hasFinalizer }) => hasFinalizer),
  };
}

function isWaiting(pod: PodView): boolean {
  return hasClosedGate(pod) && !pod.ending && !pod.finished;
}

/** TKE opens its own gates. A Service that we served is known by its record, even after its finalizer is removed. */
function isLeftToTke(pod: PodView, { services, tkePresent }: UninstallFacts): boolean {
  const selecting = services.filter(
    (service) => service.namespace === pod.namespace && !service.ending && selects(service.selector, pod.labels),
  );
  const ownerships = selecting.map((service) =>
    service.recordedLoadBalancers.length > 0 ? 'ours' : ownershipOf(service, tkePresent),
  );
  return ownerships.includes('left-to-tke') && !ownerships.includes('ours');
}

/** The listeners that may remain, by Service and CLB. */
export function remainingListeners(services: readonly ServiceView[], clusterId: string): readonly RemainingListeners[] {
  return services.flatMap((service) => {
    const { bindings } = readBindings(service);
    return service.recordedLoadBalancers.map((loadBalancerId) => ({
      service,
      loadBalancerId,
      slots: bindings.filter((binding) => binding.loadBalancerId === loadBalancerId).map(slotOf),
      listenerName: listenerName(clusterId, service.uid),
    }));
  });
}

/** The port alone is not enough: it may belong to a listener that is not ours. */
export const deleteOnlyByName = 'delete only a listener with exactly this name';

/** The message of the event on the Service. */
export function describeRemaining({ slots, loadBalancerId, listenerName: name }: RemainingListeners): string {
  const which = slots.length === 0 ? 'Listeners' : `Listeners ${slots.join(', ')}`;
  return (
    `clb-direct is uninstalled. ${which} named ${name} may be there on CLB ${loadBalancerId}. ` +
    'They keep the pods that are registered now: new pods are not added and old ones not drained. ' +
    `Install clb-direct again, or delete the listeners in the CLB console: ${deleteOnlyByName}.`
  );
}
