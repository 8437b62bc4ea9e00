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
} as const;

/** Service: keeps it until its listeners are off the CLB. */
export const serviceFinalizer = 'clb-direct.io/listeners';

/** Pod resources that only ENI pods ask for. */
export const eniResources = [
  'tke.cloud.tencent.com/eni-ip',
  'tke.cloud.tencent.com/direct-eni',
  'tke.cloud.tencent.com/sub-eni',
] as const;

/** The ConfigMap that shows TKE's own service controller (TKE doc 457/131136). */
export const tkeServiceController = { namespace: 'kube-system', name: 'tke-service-controller-config' } as const;
