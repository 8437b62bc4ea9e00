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
  /** Service, Ingress: the CLB that TKE made for it, to be taken over: "lb-…", or "plan lb-…" to see how. */
  adopt: 'clb-direct.io/adopt',
  /** Ingress, written by the controller while it is adopted: the condition that a Service has in its status, JSON. */
  condition: 'clb-direct.io/condition',
  /** Service: the subnet of a private CLB that is made for it (TKE doc 457/51258, as the next ones). */
  internalSubnet: 'service.kubernetes.io/qcloud-loadbalancer-internal-subnetid',
  /** Service: how the traffic of a public CLB that is made for it is paid. */
  chargeType: 'service.kubernetes.io/qcloud-loadbalancer-internet-charge-type',
  /** Service: the bandwidth of a public CLB that is made for it, in Mbit/s. */
  bandwidth: 'service.kubernetes.io/qcloud-loadbalancer-internet-max-bandwidth-out',
  /** Service: more fields of CreateLoadBalancer, JSON. */
  extensiveParameters: 'service.kubernetes.io/service.extensiveParameters',
  /** Service: "true": the security groups of the CLB that is made for it apply to its targets too. */
  passToTarget: 'service.cloud.tencent.com/pass-to-target',
  securityGroups: 'service.cloud.tencent.com/security-groups',
  /** Service: "true": the CLB that was made for it stays when it is deleted. */
  keepBalancer: 'service.cloud.tencent.com/loadbalance-retain',
  /** Service, written by the controller: the CLB that it uses (TKE doc 457/51258). */
  loadBalancerId: 'service.kubernetes.io/loadbalance-id',
  /** Service, written by the controller before it touches a CLB: the CLBs where listeners of this Service may stand. */
  loadBalancers: 'clb-direct.io/load-balancers',
  /** Service: "skip": nothing is changed on the CLB for it. */
  mode: 'clb-direct.io/mode',
  /** Service: the same for TKE's own controller, from v2.10.0 (TKE doc 457/51258). */
  tkeMode: 'service.cloud.tencent.com/mode',
  /** Service: how long its old CLB goes on after it has moved to another one. */
  moveKeepSeconds: 'clb-direct.io/move-keep-seconds',
  /** Service, Ingress: "on" or "off", whether the CLB checks the health of its targets. */
  healthCheck: 'clb-direct.io/health-check',
  /** Service: how long a target stays at weight 0 before it is deregistered while its pod runs, in seconds. */
  targetDrainSeconds: 'clb-direct.io/target-drain-seconds',
  /** Service, "true" or "false": ModifyListener has the same words. */
  deregisterTargetRst: 'clb-direct.io/deregister-target-rst',
  rescheduleTargetZeroWeight: 'clb-direct.io/reschedule-target-zero-weight',
  rescheduleUnhealthy: 'clb-direct.io/reschedule-unhealthy',
  rescheduleExpandTarget: 'clb-direct.io/reschedule-expand-target',
  /** Service: when connections begin to move, and within what time they do, in seconds. */
  rescheduleStartSeconds: 'clb-direct.io/reschedule-start-seconds',
  rescheduleIntervalSeconds: 'clb-direct.io/reschedule-interval-seconds',
  /** Service: "hold", or after how many seconds the gate of a pod that waits for it opens all the same. */
  gateWaitLimit: 'clb-direct.io/gate-wait-limit',
  /** Service: which withheld removals of targets may go: the value that the event RemovalWithheld names. */
  releaseRemoval: 'clb-direct.io/release-removal',
  /** Service: which of its ports use a listener or a rule that somebody else made, by their ids. */
  existingListeners: 'clb-direct.io/existing-listeners',
  /** Service: the name of a TkeServiceConfig with settings for its listeners (TKE doc 457/45490). */
  serviceConfig: 'service.cloud.tencent.com/tke-service-config',
  /** Service: "true": its settings are in a TkeServiceConfig of its own name (TKE doc 457/45490). */
  serviceConfigAuto: 'service.cloud.tencent.com/tke-service-config-auto',
  /** Service: the protocol of the listener for each port, with its certificates and hosts (TKE doc 457/51259). */
  specifyProtocol: 'service.cloud.tencent.com/specify-protocol',
  /** Service: weights of the pods of StatefulSets, JSON (TKE's own). */
  targetWeights: 'service.cloud.tencent.com/lb-rs-weight',
  /** Service with node ports: which nodes are targets, a label selector (TKE doc 457/51258, as the next two). */
  nodeSelector: 'service.kubernetes.io/qcloud-loadbalancer-backends-label',
  /** Service with node ports, "true": of externalTrafficPolicy Local only nodes with a ready endpoint are targets. */
  onlyNodesWithPods: 'service.kubernetes.io/local-svc-only-bind-node-with-pod',
  /** Service with node ports, "true": the weight of a node is the number of its ready endpoints. */
  weightByPods: 'service.cloud.tencent.com/local-svc-weighted-balance',
  /** Service: "true": its pods are deleted when the CLB sends nothing new to them (TKE doc 457/109977). */
  graceDeletion: 'service.cloud.tencent.com/enable-grace-deletion',
  /** Pod: the weight of its targets, 0 to 100 (TKE doc 457/128647). */
  customWeight: 'service.cloud.tencent.com/custom-weight',
  /** Service: "Proxy": clients inside the cluster go through the CLB too; "VIP": kube-proxy answers its address. */
  ipMode: 'clb-direct.io/ip-mode',
  /** Service: CCE's annotation for the same; "true" or "onlyLocal" means Proxy. */
  passThrough: 'kubernetes.io/elb.pass-through',
  /** Service: the older form of spec.loadBalancerSourceRanges (k8s.io/cloud-provider). */
  sourceRanges: 'service.beta.kubernetes.io/load-balancer-source-ranges',
  /** Pod: "true" or "false", whether its deletion waits until it is drained. */
  drainBeforeDelete: 'clb-direct.io/drain-before-delete',
  /** Pod: "true", "false" or seconds, whether its containers sleep before they are stopped. */
  preStopSleep: 'clb-direct.io/pre-stop-sleep',
  /** Pod: which TKE network it uses (TKE doc 457/48040). */
  networks: 'tke.cloud.tencent.com/networks',
  /** Pod: the kubelet's mirror of a static pod; the API server takes no change to it. */
  mirrorPod: 'kubernetes.io/config.mirror',
  /** Webhook Secret: where a rotation stands, and since when (RFC 3339). */
  rotationPhase: 'clb-direct.io/phase',
  rotationPhaseSince: 'clb-direct.io/phase-since',
  /** Webhook Secret: how many CAs there were, this one included. */
  caGeneration: 'clb-direct.io/generation',
  /** Webhook Secret: why the certificates were last issued again. */
  lastRotationReason: 'clb-direct.io/last-rotation-reason',
  /** Webhook Secret: a request for a rotation, JSON; removed when the rotation starts. */
  rotationRequest: 'clb-direct.io/rotate',
  /** Webhook Secret: the last request that was refused, and why; JSON. */
  requestProblem: 'clb-direct.io/request-problem',
  /** Webhook Secret: the id of the last request that has begun. */
  lastRotationRequest: 'clb-direct.io/last-request',
  /** Webhook Secret, written by rotate-certs: the last request of the other kind, so that it is not repeated either. */
  earlierRotationRequest: 'clb-direct.io/earlier-request',
  /** Webhook Secret: how long an old CA stays trusted in the rotation that runs, if not as the settings say. */
  rotationSettleMs: 'clb-direct.io/settle-ms',
  /** Webhook Secret: which replica was seen serving which leaf, JSON. */
  replicasSeen: 'clb-direct.io/replicas',
  /** Webhook Secret: "imported" when a person brought the CA. */
  caSource: 'clb-direct.io/ca-source',
} as const;

/** Of annotations of a Service that speak of its load balancer. */
export const servicePrefixes = [
  'clb-direct.io/',
  'service.cloud.tencent.com/',
  'service.kubernetes.io/',
  'service.beta.kubernetes.io/',
  'kubernetes.io/elb.',
] as const;

/** Service: annotations with such a prefix that TKE's controllers or we write (TKE doc 457/51258). */
export const writtenByControllers: readonly string[] = [
  annotation.loadBalancers,
  annotation.loadBalancerId,
  'service.kubernetes.io/loadbalance-nat-ipv6',
  'service.cloud.tencent.com/client-token',
  'service.cloud.tencent.com/sync-begin-time',
  'service.cloud.tencent.com/sync-end-time',
  'service.cloud.tencent.com/loadbalancer-source-endpoints',
];

/** What follows the name of a Service in that of the TkeServiceConfig which belongs to it. */
export const autoConfigSuffix = '-auto-service-config';

/** Kubernetes' own label: which program keeps an object. */
export const managedBy = 'app.kubernetes.io/managed-by';

/** Names of TkeServiceConfigs that people make must not end so (TKE doc 457/45490). */
export const reservedConfigSuffixes: readonly string[] = [autoConfigSuffix, '-auto-ingress-config'];

/** Service: keeps it until its listeners are off the CLB. */
export const serviceFinalizer = 'clb-direct.io/listeners';

/** Service: the finalizer that Kubernetes' own cloud providers use (k8s.io/cloud-provider). */
export const upstreamFinalizer = 'service.kubernetes.io/load-balancer-cleanup';

/** Service: the type of our condition in its status. */
export const serviceCondition = 'clb-direct.io/Ready';

/**
 * ConfigMap in the controller's own namespace: the record of one load balancer, the mark that all are there, or the
 * record of the load balancer that is made for one owner.
 */
export const recordLabel = {
  name: 'clb-direct.io/record',
  balancer: 'load-balancer',
  region: 'region',
  owned: 'owned-load-balancer',
} as const;

/** Namespace: "true" means it for all its pods, "annotated" for those with the annotation. */
export const drainNamespaceLabel = annotation.drainBeforeDelete;

/** Namespace: the same as the annotation, for all its pods. */
export const preStopSleepLabel = annotation.preStopSleep;

/** Pod resources that only ENI pods ask for. */
export const eniResources = [
  'tke.cloud.tencent.com/eni-ip',
  'tke.cloud.tencent.com/direct-eni',
  'tke.cloud.tencent.com/sub-eni',
] as const;

/** Values of the networks annotation that put a pod on an ENI; another value may contain one (TKE doc 457/48040). */
export const eniNetworks = ['tke-route-eni', 'tke-direct-eni'] as const;

/** The value for TKE's GlobalRouter network. */
export const bridgeNetwork = 'tke-bridge';

/** ServiceAccount of a program: keeps it until the program has cleaned up. */
export const rightsFinalizer = 'clb-direct.io/rights';

/** The controller's Lease: its holder, while that has not read the cluster yet and so opens no gate. */
export const startingAnnotation = 'clb-direct.io/starting';

/** Deployment, Lease, ServiceAccount and ClusterRole of a program have its name. */
export const programName = { controller: 'clb-direct-controller', webhook: 'clb-direct-webhook' } as const;

/**
 * The webhook's registration. Sorts after TKE's `add-pod-eni-ip-limit-webhook`, which must have asked for the ENI
 * before.
 */
export const registrationName = 'clb-direct-pod-gate';

/** The entry of the registration that adds the gate. */
export const registrationEntry = 'pod-gate.clb-direct.io';

/** The entry of the registration that holds deletions; it is there where that is asked for. */
export const drainEntry = 'pod-drain.clb-direct.io';

/** TKE's CNI settings: they say on which network a pod without the annotation runs. */
export const tkeCniSettings = { namespace: 'kube-system', name: 'tke-cni-agent-conf', key: '00-multus.conf' } as const;

/** The ConfigMap that shows TKE's own service controller, with its switches (TKE doc 457/131136). */
export const tkeServiceController = {
  namespace: 'kube-system',
  name: 'tke-service-controller-config',
  /** "true": CLBs send directly to GlobalRouter pods too. */
  globalRoute: 'GlobalRouteDirectAccess',
} as const;
