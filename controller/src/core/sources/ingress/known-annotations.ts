import { ingressAnnotation, ingressPrefixes } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Vocabulary } from '../service/annotation-findings.ts';
import {
  always,
  asWritten,
  differs,
  inUse,
  noEffect,
  skipOfTke,
  works,
  type KnownAnnotation,
} from '../service/known-annotations.ts';

const tke = 'ingress.cloud.tencent.com';
const ofList = 'a wrong entry is told, and the others count; what pathType and rewrite take is in operations.md';

/**
 * Every annotation of an Ingress about its load balancer that TKE or clb-direct knows. A new one of ours gets its row
 * here; docs/compatibility.md has the same rows, and a test compares the two.
 */
export const knownIngressAnnotations: Readonly<Record<string, KnownAnnotation>> = {
  [annotation.managed]: works('"true": the Ingress is ours; "false": it is not'),
  [annotation.mode]: works('"skip": nothing is changed on the CLB for the Ingress'),
  [annotation.releaseRemoval]: works(
    'lets go the removals that the event RemovalWithheld is about; its value is there',
  ),
  [annotation.adopt]: works('the CLB that TKE made for the Ingress, or that it uses alone, to be taken over'),
  [annotation.condition]: { support: 'written', note: 'how the Ingress stands while it is adopted' },
  [annotation.healthCheck]: works('"on" or "off", of all rules of the Ingress'),
  [ingressAnnotation.healthCheckPath]: works('what the check of its rules asks for'),
  [ingressAnnotation.healthCheckMethod]: works('"GET" or "HEAD": how the check asks'),
  [ingressAnnotation.healthCheckStatuses]: works('which statuses pass the check, such as "2xx,3xx"'),
  [annotation.loadBalancers]: { support: 'written', note: 'the CLBs where rules of the Ingress may stand' },
  [ingressAnnotation.class]: differs(`"qcloud" counts with ${ingressAnnotation.directAccess}; see which Ingresses`),
  [ingressAnnotation.directAccess]: differs(
    '"false": targets are nodes, without it pods; where TKE\'s controller runs, "true" alone leaves the Ingress to it',
  ),
  [ingressAnnotation.existingLoadBalancer]: differs('the CLB may have other listeners and serve other Ingresses'),
  [ingressAnnotation.enableGroup]: always('Ingresses share a CLB; one with "true" cannot be adopted'),
  [ingressAnnotation.internalSubnet]: works('the CLB that is made is private, in this subnet; read when it is made'),
  [ingressAnnotation.chargeType]: works('of the public CLB that is made; read when it is made'),
  [ingressAnnotation.bandwidth]: works('of the public CLB that is made, in Mbit/s; read when it is made'),
  [ingressAnnotation.extensiveParameters]: differs(
    'more of CreateLoadBalancer, read when the CLB is made; what is paid in advance or shared is not taken',
  ),
  [ingressAnnotation.passToTarget]: differs('of a CLB that is made for the Ingress; an existing CLB keeps its setting'),
  [ingressAnnotation.ruleMixBoth]: works('"true": a host with a certificate is served on 80 as well as on 443'),
  [ingressAnnotation.certificate]: works('certificates by their ids, where there is no spec.tls'),
  [ingressAnnotation.tkeMode]: differs(skipOfTke),
  [ingressAnnotation.ruleMix]: differs(
    '"true": the lists say which paths are served on 80 and which on 443; one that no list has is served on 443 only ' +
      'where its host has a certificate',
  ),
  [ingressAnnotation.ruleMixOfTke]: differs(`the same as ${ingressAnnotation.ruleMix}`),
  [ingressAnnotation.httpRules]: differs(ofList),
  [ingressAnnotation.httpRulesOfTke]: differs(`the same as ${ingressAnnotation.httpRules}`),
  [ingressAnnotation.httpsRules]: differs(ofList),
  [ingressAnnotation.httpsRulesOfTke]: differs(`the same as ${ingressAnnotation.httpsRules}`),
  [ingressAnnotation.listenPorts]: works(
    'the ports in the place of 80 and 443; a protocol that it leaves out keeps its own',
  ),
  [ingressAnnotation.rewriteSupport]: differs(
    'redirects of the Ingress work without it; "false" leaves them to people. Those that people made are never touched',
  ),
  [ingressAnnotation.autoRewrite]: differs(
    '"true": what is served over HTTPS is redirected there from HTTP, at all ports of listen-ports',
  ),
  [ingressAnnotation.autoRewriteCode]: works('301 (usual), 302 or 307; an object has one for each host'),
  [ingressAnnotation.serviceConfig]: differs(
    'a block may name a path as the Ingress or as the CLB has it; fields that clb-direct does not read are reported',
  ),
  [ingressAnnotation.serviceConfigAuto]: differs(
    'INGRESS-auto-ingress-config, created and kept with a component of the install; without http2 and keepaliveEnable',
  ),
  [`${tke}/enable-grace-shutdown`]: always('a pod that ends gets weight 0'),
  [`${tke}/enable-grace-shutdown-tkex`]: always('a pod that is not ready gets weight 0'),
  [ingressAnnotation.graceDeletion]: differs('it counts where an administrator lets it: see drain before delete'),
  [ingressAnnotation.targetWeights]: works('weights of the pods of StatefulSets'),
  [ingressAnnotation.securityGroups]: differs('of a CLB that is made for the Ingress; an existing CLB keeps its own'),
  [`${tke}/modification-protection`]: noEffect(
    'the API of the CLB can only read it; changes by hand are told and undone',
  ),
  [ingressAnnotation.deletionProtection]: differs(
    '"true" or "false", of a CLB that is made: its Ingress is gone only when it is off; an existing CLB keeps its own',
  ),
  [ingressAnnotation.keepBalancer]: works('"true": a CLB that is made stays when its Ingress goes, without its rules'),
  [`${tke}/mix-target-prefer`]: noEffect('the address of a pod that fits the CLB becomes its target'),
  [`${tke}/cross-region-id`]: noEffect('the CLB must be in the region and VPC of the cluster; use one that is'),
  [`${tke}/cross-vpc-id`]: noEffect('the CLB must be in the region and VPC of the cluster; use one that is'),
  [ingressAnnotation.loadBalancerId]: { support: 'written', note: inUse },
  [`${tke}/loadbalance-nat-ipv6`]: asWritten.address,
  [`${tke}/loadbalance-ipv6`]: asWritten.address,
  [`${tke}/status.conditions`]: asWritten.conditions,
  [`${tke}/client-token`]: asWritten.token,
  [`${tke}/sync-begin-time`]: asWritten.time,
  [`${tke}/sync-end-time`]: asWritten.time,
};

export const ofIngresses: Vocabulary = { known: knownIngressAnnotations, prefixes: ingressPrefixes };
