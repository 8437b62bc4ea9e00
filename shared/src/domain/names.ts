/** Every label, annotation and object name that code, manifests and docs must spell alike. */

/** Service: the LoadBalancer class that is always ours. */
export const loadBalancerClass = 'clb-direct.io/clb';

export const annotation = {
  /** Service: "true" makes it ours whatever else runs in the cluster. */
  managed: 'clb-direct.io/managed',
  /** Service: TKE's own switch for binding pods directly (TKE doc 457/41897). */
  directAccess: 'service.cloud.tencent.com/direct-access',
  /** Service: the id of a CLB that exists already (TKE doc 457/45491). */
  existingLoadBalancer: 'service.kubernetes.io/tke-existed-lbid',
  /** Service, written by the controller before it touches a CLB: the CLBs where listeners of this Service may stand. */
  loadBalancers: 'clb-direct.io/load-balancers',
  /** Pod: which TKE network it uses (TKE doc 457/48040). */
  networks: 'tke.cloud.tencent.com/networks',
  /** Pod: the kubelet's mirror of a static pod; the API server takes no change to it. */
  mirrorPod: 'kubernetes.io/config.mirror',
  /** Webhook Secret: where a rotation stands, and since when (RFC 3339). */
  rotationPhase: 'clb-direct.io/phase',
  rotationPhaseSince: 'clb-direct.io/phase-since',
  /** Webhook Secret: how many CAs there were, this one included. */
  caGeneration: 'clb-direct.io/generation',
  /** Webhook Secret: why the certificates were last made anew. */
  lastRotationReason: 'clb-direct.io/last-rotation-reason',
} as const;

/** Service: keeps it until its listeners are off the CLB. */
export const serviceFinalizer = 'clb-direct.io/listeners';

/** Pod resources that only ENI pods ask for. */
export const eniResources = [
  'tke.cloud.tencent.com/eni-ip',
  'tke.cloud.tencent.com/direct-eni',
  'tke.cloud.tencent.com/sub-eni',
] as const;

/** Values of the networks annotation that put a pod on an ENI; another value may contain one (TKE doc 457/48040). */
export const eniNetworks = ['tke-route-eni', 'tke-direct-eni'] as const;

/** The webhook's registration. Sorts after TKE's `add-pod-eni-ip-limit-webhook`, which must have asked for the ENI before. */
export const registrationName = 'clb-direct-pod-gate';

/** The one entry of the registration. */
export const registrationEntry = 'pod-gate.clb-direct.io';

/** TKE's CNI settings: they say on which network a pod without the annotation runs. */
export const tkeCniSettings = { namespace: 'kube-system', name: 'tke-cni-agent-conf', key: '00-multus.conf' } as const;

/** The ConfigMap that shows TKE's own service controller (TKE doc 457/131136). */
export const tkeServiceController = { namespace: 'kube-system', name: 'tke-service-controller-config' } as const;
