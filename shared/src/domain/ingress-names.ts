/** Names that code, manifests and docs spell alike: those of Ingresses. */

/** IngressClass: spec.controller of a class whose Ingresses are always ours. */
export const ingressController = 'clb-direct.io/ingress';

/** The IngressClass of the manifests. */
export const ingressClassName = 'clb-direct';

/** TKE's own class. An Ingress without any class belongs to it too (TKE doc 457/40675). */
export const tkeIngressClass = 'qcloud';

export const ingressAnnotation = {
  /** The older form of spec.ingressClassName. */
  class: 'kubernetes.io/ingress.class',
  /** "true": the CLB sends to pods and not to nodes (TKE doc 457/41897). */
  directAccess: 'ingress.cloud.tencent.com/direct-access',
  /** The id of a CLB that exists already (TKE doc 457/45686). */
  existingLoadBalancer: 'kubernetes.io/ingress.existLbId',
  /** "true": several Ingresses share that CLB (TKE doc 457/127545). */
  enableGroup: 'ingress.cloud.tencent.com/enable-group',
  /** The subnet of a private CLB that is made for it. */
  internalSubnet: 'kubernetes.io/ingress.subnetId',
  /** How the traffic of a public CLB that is made for it is paid. */
  chargeType: 'kubernetes.io/ingress.internetChargeType',
  /** The bandwidth of a public CLB that is made for it, in Mbit/s. */
  bandwidth: 'kubernetes.io/ingress.internetMaxBandwidthOut',
  /** More fields of CreateLoadBalancer, JSON. */
  extensiveParameters: 'kubernetes.io/ingress.extensiveParameters',
  /** "true": the security groups of the CLB that is made for it apply to its targets too. */
  passToTarget: 'ingress.cloud.tencent.com/pass-to-target',
  /** The security groups of the CLB that is made for it. */
  securityGroups: 'ingress.cloud.tencent.com/security-groups',
  /** "true": the CLB that was made for it stays when it is deleted. */
  keepBalancer: 'ingress.cloud.tencent.com/loadbalance-retain',
  /** Written by the controller: the CLB that it uses. */
  loadBalancerId: 'kubernetes.io/ingress.qcloud-loadbalance-id',
  /** "true": a host with a certificate is served on 80 as well as on 443. */
  ruleMixBoth: 'kubernetes.io/ingress.rule-mix-both',
  /** "true": the two lists below say which paths are served on 80 and which on 443. */
  ruleMix: 'kubernetes.io/ingress.rule-mix',
  httpRules: 'kubernetes.io/ingress.http-rules',
  httpsRules: 'kubernetes.io/ingress.https-rules',
  /** The same three, as newer documents of TKE spell them (doc 457/122962). */
  ruleMixOfTke: 'ingress.cloud.tencent.com/rule-mix',
  httpRulesOfTke: 'ingress.cloud.tencent.com/http-rules',
  httpsRulesOfTke: 'ingress.cloud.tencent.com/https-rules',
  /** The ports in the place of 80 and 443, JSON. */
  listenPorts: 'ingress.cloud.tencent.com/listen-ports',
  /** The name of a TkeServiceConfig of its namespace. */
  serviceConfig: 'ingress.cloud.tencent.com/tke-service-config',
  /** "true": a TkeServiceConfig with its own name is made for it. */
  serviceConfigAuto: 'ingress.cloud.tencent.com/tke-service-config-auto',
  /** "true": the CLB that is made for it is protected from deletion. */
  deletionProtection: 'ingress.cloud.tencent.com/deletion-protection',
  /** Weights of the pods of StatefulSets, JSON. */
  targetWeights: 'ingress.cloud.tencent.com/lb-rs-weight',
  /** "true": the deletion of its pods waits until they are drained. */
  graceDeletion: 'ingress.cloud.tencent.com/enable-grace-deletion',
  /** "false": redirects are left to people. */
  rewriteSupport: 'ingress.cloud.tencent.com/rewrite-support',
  /** "true": what is served over HTTPS is redirected there from HTTP. */
  autoRewrite: 'ingress.cloud.tencent.com/auto-rewrite',
  /** The code of these redirects, JSON. */
  autoRewriteCode: 'ingress.cloud.tencent.com/auto-rewrite-code',
  /** Certificates by their ids, without a Secret, JSON. */
  certificate: 'ingress.cloud.tencent.com/certificate',
  /** What the CLB's check of its rules asks for, and with GET or HEAD. */
  healthCheckPath: 'clb-direct.io/health-check-path',
  healthCheckMethod: 'clb-direct.io/health-check-method',
  /** Which statuses pass it, such as "2xx,3xx". */
  healthCheckStatuses: 'clb-direct.io/health-check-statuses',
  /** "skip": nothing is changed on the CLB for it, where TKE's own controller is absent. */
  tkeMode: 'ingress.cloud.tencent.com/mode',
} as const;

/** Of annotations of an Ingress that speak of its load balancer. */
export const ingressPrefixes = ['clb-direct.io/', 'ingress.cloud.tencent.com/', 'kubernetes.io/ingress.'] as const;
