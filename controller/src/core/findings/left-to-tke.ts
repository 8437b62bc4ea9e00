import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressClassName } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, loadBalancerClass } from '@clb-direct/shared/domain/names.ts';
import { annotationsOf } from '../model/owner.ts';
import { namedBalancers, type OwnerView } from '../model/owner-view.ts';

/**
 * What hands an owner to clb-direct where TKE's controller serves it. A class or `managed` never does once there is a
 * CLB: TKE deletes the CLB of an Ingress that gets another class, a living Service takes no class, and `managed` alone
 * makes a new CLB with another address.
 */
export function leftToTke(owner: OwnerView): Finding {
  const { kind } = owner;
  const message =
    `${adviceFor(owner)}. It is left to TKE's own service controller, which looks present ` +
    `(kube-system/tke-service-controller-config). If this ${kind} is to stay there, annotation ${annotation.mode}: ` +
    '"skip" ends this event.';
  return { severity: 'Normal', reason: 'LeftToTke', message };
}

function adviceFor(owner: OwnerView): string {
  if (owner.kind === 'Service' && namesBalancer(owner)) return besideIt(owner);
  return hasBalancer(owner) ? byAdopt(owner) : beforeTke(owner);
}

/** TKE's controller writes the id of one that it makes, and the address when it serves. */
function hasBalancer(owner: OwnerView): boolean {
  const { shownInUse = '', addresses } = owner;
  return shownInUse !== '' || addresses.length > 0 || namesBalancer(owner);
}

function namesBalancer({ bindings }: OwnerView): boolean {
  return bindings.some(
    (binding) => binding.adoption === undefined && namedBalancers({ bindings: [binding] }).length > 0,
  );
}

function byAdopt(owner: OwnerView): string {
  return `Run ${command(owner)} to hand this ${owner.kind} to clb-direct: it keeps its CLB and address`;
}

/** No tag says whose the listeners of such a CLB are. */
function besideIt({ kind }: OwnerView): string {
  return (
    `Make another ${kind} with loadBalancerClass ${loadBalancerClass} and let clients move to its address, to have ` +
    `clb-direct serve them: a CLB that a ${kind} names in ${annotation.existingLoadBalancer} is not taken over`
  );
}

/** TKE may make one the next moment, and who reads this may come later. */
function beforeTke(owner: OwnerView): string {
  const { kind } = owner;
  const { tkeMode } = annotationsOf(owner);
  const byClass =
    kind === 'Ingress'
      ? `Set ingressClassName ${ingressClassName}`
      : `Make this ${kind} again with loadBalancerClass ${loadBalancerClass}`;
  return (
    `${byClass}, or set annotations ${annotation.managed}: "true" and ${tkeMode}: "skip", to hand it to clb-direct ` +
    `while it has no CLB; as soon as it has one, only ${command(owner)} keeps its address`
  );
}

function command({ kind, namespace, name }: OwnerView): string {
  return `./scripts/adopt ${kind.toLowerCase()}/${name} -n ${namespace}`;
}
