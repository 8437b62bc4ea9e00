import type { OwnerCondition } from '../../model/owner-condition.ts';

export interface ServicePort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: number | string;
  /** undefined: Kubernetes allocated none. */
  readonly nodePort?: number | undefined;
}

/** The only facts about a Service that anything may decide on. */
export interface ServiceFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly ending: boolean;
  readonly type: string;
  readonly loadBalancerClass: string | undefined;
  readonly managed: string | undefined;
  readonly directAccess: string | undefined;
  readonly existingLoadBalancer: string | undefined;
  /** What the annotation clb-direct.io/load-balancers lists. It is for people: what counts are the records. */
  readonly recordedLoadBalancers: readonly string[];
  /** What the annotation service.kubernetes.io/loadbalance-id says. It is for people. */
  readonly shownInUse: string | undefined;
  /** Its annotation as written. */
  readonly moveKeepSeconds: string | undefined;
  /** The annotation clb-direct.io/health-check as it is written. */
  readonly healthCheck: string | undefined;
  /** The annotation clb-direct.io/target-drain-seconds as it is written. */
  readonly targetDrainSeconds: string | undefined;
  /** The annotation clb-direct.io/existing-listeners as it is written. */
  readonly existingListeners: string | undefined;
  /** All annotations that TKE's, Kubernetes' or our own prefix marks as meant for a load balancer, as written. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly hasFinalizer: boolean;
  /** Who put Kubernetes' own finalizer for load balancers there. */
  readonly upstreamFinalizerBy: 'nobody' | 'us' | 'others';
  /** "Cluster" or "Local"; undefined: it has none, and the first counts. */
  readonly externalTrafficPolicy?: string | undefined;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** spec.loadBalancerSourceRanges */
  readonly loadBalancerSourceRanges: readonly string[];
  /** The annotation that they had before; empty without it. */
  readonly sourceRangesAnnotation: string;
  /** "None" or "ClientIP". */
  readonly sessionAffinity: string;
  /** spec.sessionAffinityConfig.clientIP.timeoutSeconds */
  readonly sessionAffinitySeconds: number | undefined;
  readonly publishNotReadyAddresses: boolean;
  /** Empty: it asks for no address. */
  readonly loadBalancerIP: string;
  /** spec.healthCheckNodePort as somebody wrote it; undefined: nobody did, and Kubernetes may have allocated one. */
  readonly healthCheckNodePort?: number | undefined;
  /** status.loadBalancer.ingress: each an address or a host name. */
  readonly ingress: readonly string[];
  /** Of each address there, host names apart, its ipMode; empty: the API server gives none. */
  readonly ingressModes: readonly string[];
  /** Our condition in its status. */
  readonly condition: OwnerCondition | undefined;
}
