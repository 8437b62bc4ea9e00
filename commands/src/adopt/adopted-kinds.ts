import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { ingress, service } from '@clb-direct/shared/kube/client/paths.ts';

/** The kinds for which TKE's controllers make CLBs. */
export type AdoptedKind = 'Service' | 'Ingress';

/** Where the objects of a kind are, and what TKE's annotations are called there. */
export interface AdoptedApi {
  readonly path: (namespace: string, name: string) => string;
  /** The CLB that TKE's controller wrote on it. */
  readonly loadBalancerId: string;
}

export const adoptedKinds: Readonly<Record<AdoptedKind, AdoptedApi>> = {
  Service: { path: service, loadBalancerId: annotation.loadBalancerId },
  Ingress: { path: ingress, loadBalancerId: ingressAnnotation.loadBalancerId },
};
