import { gateReason, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { balancerIdOf } from '../core/model/balancer-ref.ts';
import { selects } from '../core/model/binding.ts';
import { ownershipOf, type OwnerView } from '../core/model/owner-view.ts';
import { describePlace } from '../core/model/place.ts';
import { hasClosedGate, type PodView } from '../core/model/pod-view.ts';
import { listenerName } from '../core/plan/listener-name.ts';

/** What an uninstall looks at. */
export interface UninstallFacts {
  readonly pods: readonly PodView[];
  readonly owners: readonly OwnerView[];
  readonly tkePresent: boolean;
}

/** What an uninstall does, as plain data. */
export interface UninstallPlan {
  /** Pods whose gate nobody would open any more. */
  readonly openings: readonly PodView[];
  /** Owners that could never be deleted any more. */
  readonly releases: readonly OwnerView[];
}

/**
 * Listeners of one owner that may stay on one CLB: an uninstall cuts no traffic. Nothing on the owner proves that one
 * was made: the record is written before, an event grows old, and an address may have been written by somebody else.
 */
export interface Remainder {
  readonly owner: OwnerView;
  readonly loadBalancerId: string;
  /** The owner's places there, such as TCP/80; empty for a CLB that the owner names no more. */
  readonly places: readonly string[];
  readonly listenerName: string;
}

export const uninstallCondition = {
  status: 'True',
  reason: gateReason.uninstalled,
  message: 'clb-direct was uninstalled while the pod waited, so no CLB has to be waited for.',
} as const satisfies GateCondition;

/** Says what must not be left behind. Running it twice changes nothing. */
export function judgeUninstall(facts: UninstallFacts): UninstallPlan {
  return {
    openings: facts.pods.filter((pod) => waits(pod) && !isLeftToTke(pod, facts)),
    releases: facts.owners.filter(({ hasFinalizer }) => hasFinalizer),
  };
}

function waits(pod: PodView): boolean {
  return hasClosedGate(pod) && !pod.ending && !pod.finished;
}

/** TKE opens its own gates. An owner that we served stays ours by its record, with the finalizer gone already. */
function isLeftToTke(pod: PodView, { owners, tkePresent }: UninstallFacts): boolean {
  const selecting = owners.filter(
    (owner) => !owner.ending && owner.podSelectors.some((selector) => selects(selector, pod)),
  );
  const ownerships = selecting.map((owner) =>
    owner.recordedBalancers.length > 0 ? 'ours' : ownershipOf(owner, tkePresent),
  );
  return ownerships.includes('left-to-tke') && !ownerships.includes('ours');
}

/** The CLBs where listeners may stay, and their names. */
export function remaindersOf(owners: readonly OwnerView[], clusterId: string): readonly Remainder[] {
  return owners.flatMap((owner) =>
    owner.recordedBalancers.map((loadBalancerId) => ({
      owner,
      loadBalancerId,
      places: placesOn(loadBalancerId, owner),
      listenerName: listenerName(clusterId, owner.uid),
    })),
  );
}

function placesOn(loadBalancerId: string, { bindings }: OwnerView): readonly string[] {
  const there = bindings.filter(({ balancer }) => balancerIdOf(balancer) === loadBalancerId);
  return there.map(({ place }) => describePlace(place));
}

/** Another's listener may hold the port, and whoever looks for a port alone would delete that one. */
export const deleteOnlyByName = 'delete only a listener with exactly this name';

/** What the author of an owner must know of the listeners that may stay. */
export function tellRemainder({ places, loadBalancerId, listenerName: name }: Remainder): string {
  const which = places.length === 0 ? 'Listeners' : `Listeners ${places.join(', ')}`;
  return (
    `clb-direct is uninstalled. ${which} named ${name} may be there on CLB ${loadBalancerId}; those that are serve the pods that ` +
    `are registered now, and nobody adds or drains pods any more. Install it again, or delete them in the CLB console: ${deleteOnlyByName}.`
  );
}
