import { gateReason, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { readBindings, selects, slotOf } from '../core/binding.ts';
import { listenerName, ownershipOf } from '../core/ownership.ts';
import type { PodView, ServiceView } from '../core/views.ts';
import { hasClosedGate } from '../core/wakes.ts';

/** What an uninstall looks at. */
export interface UninstallFacts {
  readonly pods: readonly PodView[];
  readonly services: readonly ServiceView[];
  readonly tkePresent: boolean;
}

/** What an uninstall does, as plain data. */
export interface UninstallPlan {
  /** Pods whose gate nobody would open any more. */
  readonly openings: readonly PodView[];
  /** Services that could never be deleted any more. */
  readonly releases: readonly ServiceView[];
}

/**
 * Listeners of one Service that may stay on one CLB: an uninstall cuts no traffic. Nothing on the Service proves that one
 * was made: the record is written before, an event grows old, and an address may have been written by somebody else.
 */
export interface Remainder {
  readonly service: ServiceView;
  readonly loadBalancerId: string;
  /** The Service's ports there, such as TCP/80; empty for a CLB that the Service names no more. */
  readonly slots: readonly string[];
  readonly listenerName: string;
}

export const uninstallCondition: GateCondition = {
  status: 'True',
  reason: gateReason.uninstalled,
  message: 'clb-direct was uninstalled while the pod waited, so no CLB has to be waited for.',
};

/** Says what must not be left behind. Running it twice changes nothing. */
export function judgeUninstall(facts: UninstallFacts): UninstallPlan {
  return {
    openings: facts.pods.filter((pod) => waits(pod) && !isLeftToTke(pod, facts)),
    releases: facts.services.filter(({ hasFinalizer }) => hasFinalizer),
  };
}

function waits(pod: PodView): boolean {
  return hasClosedGate(pod) && !pod.ending && !pod.finished;
}

/** TKE opens its own gates. A Service that we served stays ours by its record, with the finalizer gone already. */
function isLeftToTke(pod: PodView, { services, tkePresent }: UninstallFacts): boolean {
  const selecting = services.filter(
    (service) => service.namespace === pod.namespace && !service.ending && selects(service.selector, pod.labels),
  );
  const ownerships = selecting.map((service) =>
    service.recordedLoadBalancers.length > 0 ? 'ours' : ownershipOf(service, tkePresent),
  );
  return ownerships.includes('left-to-tke') && !ownerships.includes('ours');
}

/** The CLBs where listeners may stay, and their names. */
export function remaindersOf(services: readonly ServiceView[], clusterId: string): readonly Remainder[] {
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

/** Another's listener may hold the port, and whoever looks for a port alone would delete that one. */
export const deleteOnlyByName = 'delete only a listener with exactly this name';

/** What the owner of a Service must know of the listeners that may stay. */
export function tellRemainder({ slots, loadBalancerId, listenerName: name }: Remainder): string {
  const which = slots.length === 0 ? 'Listeners' : `Listeners ${slots.join(', ')}`;
  return (
    `clb-direct is uninstalled. ${which} named ${name} may be there on CLB ${loadBalancerId}; those that are serve the pods that ` +
    `are registered now, and nobody adds or drains pods any more. Install it again, or delete them in the CLB console: ${deleteOnlyByName}.`
  );
}
