import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { ingress, ingressStatus, service, serviceStatus } from '@clb-direct/shared/kube/client/paths.ts';
import type { OwnerKind } from '../core/model/owner.ts';

/** Where the objects of one kind are, and the names under which we write to them. */
export interface KindApi {
  readonly apiVersion: string;
  /** undefined: nothing is written to objects of this kind. */
  readonly writes?: {
    readonly path: (namespace: string, name: string) => string;
    readonly statusPath: (namespace: string, name: string) => string;
    readonly finalizer: string;
    /** The annotation that shows people the CLBs. */
    readonly shown: string;
    /** TKE's annotation that shows people the CLB that it uses. */
    readonly shownInUse: string;
    /** The type of the condition in the status, or the annotation that has it where the kind has none there. */
    readonly condition: { readonly type: string } | { readonly annotation: string };
  };
}

/** A new kind of owner is described here, once. */
export const ownerKinds: Readonly<Record<OwnerKind, KindApi>> = {
  Service: {
    apiVersion: 'v1',
    writes: {
      path: service,
      statusPath: serviceStatus,
      finalizer: serviceFinalizer,
      shown: annotation.loadBalancers,
      shownInUse: annotation.loadBalancerId,
      condition: { type: serviceCondition },
    },
  },
  Ingress: {
    apiVersion: 'networking.k8s.io/v1',
    writes: {
      path: ingress,
      statusPath: ingressStatus,
      finalizer: serviceFinalizer,
      shown: annotation.loadBalancers,
      shownInUse: ingressAnnotation.loadBalancerId,
      condition: { annotation: annotation.condition },
    },
  },
  Gateway: { apiVersion: 'gateway.networking.k8s.io/v1' },
};
