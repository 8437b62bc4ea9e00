import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';

/** The kinds of objects on whose behalf something exists on a CLB. */
export type OwnerKind = 'Service' | 'Ingress' | 'Gateway';

/** The Kubernetes object on whose behalf something exists on a CLB. */
export interface Owner {
  readonly kind: OwnerKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What annotations that several kinds have are called at this one; a Gateway asks for nothing by them yet. */
export function annotationsOf({ kind }: Pick<Owner, 'kind'>) {
  return kind === 'Ingress' ? ingressAnnotation : annotation;
}

/** Identifies an owner in queues, caches and logs: "Service/shop/web". */
export function ownerKey({ kind, namespace, name }: Pick<Owner, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}

/**
 * As messages name it to the readers of another owner: what users of one namespace read never names an object of
 * another one.
 */
export function describeOwnerTo(reader: Pick<Owner, 'namespace'>, owner: Owner): string {
  return owner.namespace === reader.namespace ? describeOwner(owner) : `${article(owner)} of another namespace`;
}

function article({ kind }: Owner): string {
  return kind === 'Ingress' ? `an ${kind}` : `a ${kind}`;
}

/** As messages name it: "Service shop/web". */
export function describeOwner({ kind, namespace, name }: Owner): string {
  return `${kind} ${namespace}/${name}`;
}
