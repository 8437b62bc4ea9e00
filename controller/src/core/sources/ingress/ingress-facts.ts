import type { OwnerCondition } from '../../model/owner-condition.ts';

/** Where the requests of a path go. */
export type IngressBackend =
  | {
      readonly kind: 'service';
      readonly name: string;
      /** Number or name of the Service's port. */
      readonly port: number | string;
    }
  /** What is no Service, such as a bucket, or nothing. */
  | { readonly kind: 'resource' }
  /** Nothing is asked for: the rule is there so that no other rule takes the requests of its host. */
  | { readonly kind: 'nobody' };

/** One path of one host; the host is empty for requests of every host. */
export interface IngressPath {
  readonly host: string;
  readonly path: string;
  /** "Exact", "Prefix" or "ImplementationSpecific". */
  readonly pathType: string;
  readonly backend: IngressBackend;
}

export interface IngressTls {
  /** Empty: every host. */
  readonly hosts: readonly string[];
  /** Empty: none is named. */
  readonly secretName: string;
}

/** The only facts about an Ingress that anything may decide on. */
export interface IngressFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly ending: boolean;
  /** spec.ingressClassName */
  readonly className: string | undefined;
  /** All annotations that TKE's, Kubernetes' or our own prefix marks as meant for a load balancer, as written. */
  readonly annotations: Readonly<Record<string, string>>;
  /** In the order in which they are written. */
  readonly paths: readonly IngressPath[];
  /** Hosts of rules without paths, which all go to the default backend. */
  readonly bareHosts: readonly string[];
  readonly defaultBackend: IngressBackend | undefined;
  readonly tls: readonly IngressTls[];
  /** So many paths, hosts and TLS entries are not kept, because it has more than anybody serves. */
  readonly leftOut: number;
  readonly hasFinalizer: boolean;
  /** What the annotation clb-direct.io/load-balancers lists. It is for people: what counts are the records. */
  readonly recordedLoadBalancers: readonly string[];
  /** What the annotation for the CLB that was made says. It is for people. */
  readonly shownInUse: string | undefined;
  /** status.loadBalancer.ingress: each an address or a host name. */
  readonly ingress: readonly string[];
  /** What the annotation clb-direct.io/condition says. */
  readonly condition: OwnerCondition | undefined;
}
