import { annotation, loadBalancerClass } from '@clb-direct/shared/domain/names.ts';
import type { ServiceView } from './views.ts';

/**
 * left-to-tke: it asks for direct access, but TKE's own service controller is here and two writers on one CLB lose data.
 * A Service that we serve already stays ours when TKE's controller appears later, and when a word in an annotation cannot
 * be read: letting go would cut its traffic.
 */
export type Ownership = 'ours' | 'left-to-tke' | 'not-ours';

export function ownershipOf(service: ServiceView, tkePresent: boolean): Ownership {
  if (service.type !== 'LoadBalancer') return 'not-ours';
  if (service.loadBalancerClass !== undefined) {
    return service.loadBalancerClass === loadBalancerClass ? 'ours' : 'not-ours';
  }
  return ownershipByAnnotations(service, tkePresent);
}

function ownershipByAnnotations(service: ServiceView, tkePresent: boolean): Ownership {
  if (service.managed === 'true') return 'ours';
  if (service.hasFinalizer && ownershipProblem(service) !== undefined) return 'ours';
  if (service.managed !== undefined || service.directAccess !== 'true') return 'not-ours';
  return tkePresent && !service.hasFinalizer ? 'left-to-tke' : 'ours';
}

/** What is odd about the annotations that decide ownership, in words for the person who wrote them. */
export function ownershipProblem(service: ServiceView): string | undefined {
  const odd = (name: string, value: string | undefined): string | undefined =>
    value === undefined || value === 'true' || value === 'false'
      ? undefined
      : `Annotation ${name} is "${value}"; write "true" or "false".`;
  return odd(annotation.managed, service.managed) ?? odd(annotation.directAccess, service.directAccess);
}

/** The mark of a Service whose type keeps it from being ours: a type that was forgotten, most likely. */
export function typeProblem({ managed, type }: ServiceView): string | undefined {
  if (managed !== 'true' || type === 'LoadBalancer') return undefined;
  const now = type === '' ? 'ClusterIP' : type;
  return `Annotation ${annotation.managed} is "true", but the Service's type is ${now}; set LoadBalancer, or take the annotation away.`;
}

const mark = 'clb-direct';

/**
 * The name of every listener that we make: proof that it is ours and whose it is.
 * Only letters, digits, "-" and "_", and at most 60 characters, which every CLB name field takes.
 */
export function listenerName(clusterId: string, serviceUid: string): string {
  return `${mark}_${clusterId}_${serviceUid}`;
}

/** What a name of our form tells of its maker, whichever cluster that was. */
export function makerOfListener(name: string): { readonly clusterId: string; readonly serviceUid: string } | undefined {
  const [, clusterId, serviceUid] = new RegExp(`^${mark}_([^_]+)_([^_]+)$`).exec(name) ?? [];
  return clusterId === undefined || serviceUid === undefined ? undefined : { clusterId, serviceUid };
}

/** The Service UID in a listener's name, or undefined for a listener that this cluster did not make. */
export function ownerOfListener(name: string, clusterId: string): string | undefined {
  const prefix = `${mark}_${clusterId}_`;
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}
