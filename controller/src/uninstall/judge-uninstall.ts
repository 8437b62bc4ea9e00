import { defaultGateType, gateReason, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { balancerIdOf } from '../core/model/balancer-ref.ts';
import { selects } from '../core/model/binding.ts';
import type { Owner } from '../core/model/owner.ts';
import { isServedByTke, ownershipOf, type OwnerView } from '../core/model/owner-view.ts';
import { describePlace, isRule } from '../core/model/place.ts';
import { hasClosedGate, type PodView } from '../core/model/pod-view.ts';
import { listenerName, sharedGroup } from '../core/plan/listener-name.ts';

/** What an uninstall reads from the cluster. */
export interface UninstallFacts {
  readonly pods: readonly PodView[];
  readonly owners: readonly OwnerView[];
  readonly tkePresent: boolean;
  /** Of the gates that are ours. */
  readonly gateType: string;
}

/** What an uninstall changes, as plain data. */
export interface UninstallPlan {
  /** Pods whose closed gate no controller would open. */
  readonly openings: readonly PodView[];
  /** Owners with our finalizer, which could not be deleted, or with our condition, which nobody would change. */
  readonly releases: readonly OwnerView[];
}

/**
 * Listeners of one owner that may remain on one CLB: an uninstall cuts no traffic. Nothing on the owner proves that
 * they exist: the annotation is written before they are created, events expire, and another controller may have written
 * the address.
 */
export interface RemainingListeners {
  readonly owner: Owner;
  readonly loadBalancerId: string;
  /** The owner's places there, such as TCP/80; empty for a CLB that the owner no longer names. */
  readonly places: readonly string[];
  readonly listenerName: string;
}

export const uninstallCondition = {
  status: 'True',
  reason: gateReason.uninstalled,
  message: 'clb-direct was uninstalled while the pod waited. The gate no longer waits for a CLB.',
} as const satisfies GateCondition;

/** Which gates to open and which owners to release. */
export function judgeUninstall(facts: UninstallFacts): UninstallPlan {
  return {
    openings: facts.pods.filter((pod) => isWaiting(pod) && !isLeftToTke(pod, facts)),
    releases: facts.owners.filter(({ hasFinalizer, condition }) => hasFinalizer || condition !== undefined),
  };
}

function isWaiting(pod: PodView): boolean {
  return hasClosedGate(pod) && !pod.ending && !pod.finished;
}

/** TKE opens gates of its own type only. */
function isLeftToTke(pod: PodView, { owners, tkePresent, gateType }: UninstallFacts): boolean {
  if (gateType !== defaultGateType) return false;
  const selecting = owners.filter(
    (owner) => !owner.ending && owner.podSelectors.some((selector) => selects(selector, pod)),
  );
  const servers = selecting.map((owner) => serverOf(owner, tkePresent));
  return servers.includes('tke') && !servers.includes('we');
}

/**
 * An owner that we served is known by its annotation, even after its finalizer is removed. One that was given back to
 * TKE may keep the annotation, and says that we are not to serve it.
 */
function serverOf(owner: OwnerView, tkePresent: boolean): 'we' | 'tke' | 'nobody' {
  if (owner.asksTkeAlone === true && !owner.hasFinalizer) return tkePresent ? 'tke' : 'nobody';
  if (owner.shownBalancers.length > 0 || ownershipOf(owner, tkePresent) === 'ours') return 'we';
  return isServedByTke(owner, tkePresent) ? 'tke' : 'nobody';
}

/** The listeners that may remain, by owner and CLB. */
export function remainingListeners(owners: readonly OwnerView[], clusterId: string): readonly RemainingListeners[] {
  return owners.flatMap((owner) =>
    owner.shownBalancers.map((loadBalancerId) => ({
      owner,
      loadBalancerId,
      places: placesOn(loadBalancerId, owner),
      listenerName: listenerName(clusterId, hasOnlyShared(owner) ? sharedGroup : owner.uid),
    })),
  );
}

/** Owners of rules share their listeners, but for Services. */
function hasOnlyShared({ kind, bindings }: OwnerView): boolean {
  const isShared = bindings.every(({ place, hasOwnListener }) => isRule(place) && hasOwnListener !== true);
  return kind === 'Ingress' && isShared;
}

function placesOn(loadBalancerId: string, { bindings }: OwnerView): readonly string[] {
  const there = bindings.filter(({ balancer }) => balancerIdOf(balancer) === loadBalancerId);
  return there.map(({ place }) => describePlace(place));
}

/** The port alone is not enough: it may belong to a listener that is not ours. */
export const deleteOnlyByName = 'delete only a listener with exactly this name';

/** The message of the event on the owner. */
export function describeRemaining({ places, loadBalancerId, listenerName: name }: RemainingListeners): string {
  const which = places.length === 0 ? 'Listeners' : `Listeners ${places.join(', ')}`;
  return (
    `clb-direct is uninstalled. ${which} named ${name} may be there on CLB ${loadBalancerId}. ` +
    'They keep the pods that are registered now: new pods are not added and old ones not drained. ' +
    `Install clb-direct again, or delete the listeners in the CLB console: ${deleteOnlyByName}.`
  );
}
