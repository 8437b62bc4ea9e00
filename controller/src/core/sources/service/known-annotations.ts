import { annotation } from '@clb-direct/shared/domain/names.ts';

/**
 * works: as on TKE, or ours. differs: it works, and not quite as on TKE. always: what it asks for is so in any case.
 * no effect: nothing is done for it. written: controllers write it, and nobody reads it.
 */
export type Support = 'works' | 'differs' | 'always' | 'no effect' | 'written';

export interface KnownAnnotation {
  readonly support: Support;
  /** no effect: what happens instead, and what to use. Else how it differs, or where more stands. */
  readonly note: string;
}

const onlyHere = 'the CLB must be in the region and VPC of the cluster; use one that is';
const atNodes = 'where targets are nodes';
const tke = 'service.cloud.tencent.com';

export const inUse = "the CLB in use, which was made or is named; what TKE's controller wrote stays where that runs";

export const skipOfTke =
  "it counts where TKE's controller is not installed and nothing asks for clb-direct by name " +
  `(\`${annotation.managed}\`, \`${annotation.adopt}\`, our class); otherwise it speaks to that controller`;

/** What TKE's controller writes, and we do not. */
export const asWritten = {
  address: leftAlone('clients find the address in status.loadBalancer'),
  token: leftAlone('the token is in a record that users cannot write'),
  time: leftAlone('two writes to the object for each change would say no more than its condition and its events'),
  conditions: leftAlone('its format is not documented; the events of the object and explain say how it stands'),
  endpoints: leftAlone('its format is not documented; explain shows the targets'),
} as const;

function leftAlone(why: string): KnownAnnotation {
  return { support: 'written', note: `TKE's controller writes it, clb-direct does not: ${why}` };
}

/**
 * Every annotation of a Service about its load balancer that TKE (doc 457/51258) or clb-direct knows. A new one of ours
 * gets its row here; docs/compatibility.md has the same rows, and a test compares the two.
 */
export const knownAnnotations: Readonly<Record<string, KnownAnnotation>> = {
  [annotation.managed]: works('"true": the Service is ours; "false": it is not'),
  [annotation.healthCheck]: works('"on" or "off"'),
  [annotation.targetDrainSeconds]: works('how long a target stays at weight 0 while its pod runs'),
  [annotation.deregisterTargetRst]: works(
    '"true" or "false": RST for connections of a target that is deregistered; on for TCP without it',
  ),
  [annotation.rescheduleTargetZeroWeight]: works(
    '"true" or "false": connections of a target move when it gets weight 0; TCP and UDP',
  ),
  [annotation.rescheduleUnhealthy]: works(
    '"true" or "false": connections of a target move when its health check fails; TCP and UDP',
  ),
  [annotation.rescheduleExpandTarget]: works(
    '"true" or "false": connections move when targets come or go; TCP and UDP',
  ),
  [annotation.rescheduleStartSeconds]: works('how long until connections begin to move, 0 to 3600'),
  [annotation.rescheduleIntervalSeconds]: works('within what time connections move, 0 to 3600'),
  [annotation.moveKeepSeconds]: works('how long the old CLB goes on after a move'),
  [annotation.gateWaitLimit]: works('whether a gate that waits for the Service too long stays closed or opens'),
  [annotation.adopt]: works('the CLB that TKE made for the Service, to be taken over'),
  [annotation.releaseRemoval]: works(
    'lets go the removals that the event RemovalWithheld is about; its value is there',
  ),
  [annotation.mode]: works('"skip": nothing is changed on the CLB for the Service'),
  [annotation.ipMode]: works('"Proxy": clients inside the cluster go through the CLB too'),
  [annotation.passThrough]: works(`CCE's; "true" and "onlyLocal" mean ${annotation.ipMode} "Proxy"`),
  [annotation.loadBalancers]: { support: 'written', note: 'the CLBs where listeners of the Service may stand' },
  [annotation.existingListeners]: works('ports that use listeners or rules which somebody else made'),
  [annotation.existingLoadBalancer]: works('a CLB that exists; it is never released, deleted or changed itself'),
  [annotation.directAccess]: differs(
    '"false": targets are nodes, without it pods; where TKE\'s controller runs, "true" alone leaves the Service to it',
  ),
  'service.kubernetes.io/qcloud-share-existed-lb': always('Services share a CLB, each with its own ports'),
  [`${tke}/specify-protocol`]: works('the protocol of each port, with its certificates'),
  [`${tke}/lb-rs-weight`]: works('weights of the pods of StatefulSets'),
  [`${tke}/custom-weight`]: noEffect('it belongs to pods; write it into the template of the pods'),
  [annotation.serviceConfig]: works('settings of listeners in a TkeServiceConfig'),
  [annotation.serviceConfigAuto]: differs(
    'SERVICE-auto-service-config, made and kept with a component of the install; also one that TKE made',
  ),
  [annotation.tkeMode]: differs(skipOfTke),
  [`${tke}/enable-grace-shutdown`]: always('a pod that ends gets weight 0'),
  [`${tke}/enable-grace-shutdown-tkex`]: always('a pod that is not ready gets weight 0'),
  [annotation.graceDeletion]: differs('it counts where an administrator lets it: see drain before delete'),
  [annotation.nodeSelector]: works(`${atNodes}; a label selector of nodes`),
  [annotation.onlyNodesWithPods]: differs(`${atNodes}; without it nodes without a ready pod stay at weight 0`),
  [annotation.weightByPods]: differs(`${atNodes}, with externalTrafficPolicy Local; it needs no other annotation`),
  [annotation.internalSubnet]: works('the CLB that is made is private, in this subnet; read when it is made'),
  [annotation.chargeType]: works('of the public CLB that is made; read when it is made'),
  [annotation.bandwidth]: works('of the public CLB that is made, in Mbit/s; read when it is made'),
  [annotation.extensiveParameters]: differs(
    'more of CreateLoadBalancer, read when the CLB is made; what is paid in advance or shared is not taken',
  ),
  'service.kubernetes.io/loadbalance-type': noEffect('a CLB that is made has the only kind that is still sold'),
  'service.kubernetes.io/service.listenerParameters': noEffect(
    `its format is not documented; use ${annotation.serviceConfig}`,
  ),
  [annotation.passToTarget]: differs('of a CLB that is made for the Service; an existing CLB keeps its setting'),
  [annotation.securityGroups]: differs('of a CLB that is made for the Service; an existing CLB keeps its own'),
  [`${tke}/modification-protection`]: noEffect(
    'the API of the CLB can only read it; changes by hand are told and undone',
  ),
  [`${tke}/target-groups`]: noEffect('targets are bound to listeners; remove it'),
  [`${tke}/cross-region-id`]: noEffect(onlyHere),
  [`${tke}/cross-vpc-id`]: noEffect(onlyHere),
  [`${tke}/hybrid-type`]: noEffect('only pods and nodes of the cluster become targets; remove it'),
  [`${tke}/snat-pro-info`]: noEffect('only pods and nodes of the cluster become targets; remove it'),
  [`${tke}/prevent-loopback`]: noEffect(
    'kube-proxy is not changed; inside the cluster use the DNS name of the Service instead of the address of the CLB',
  ),
  [annotation.sourceRanges]: works('as spec.loadBalancerSourceRanges, which counts before it'),
  [annotation.keepBalancer]: works('"true": a CLB that is made stays when its Service goes, without its listeners'),
  [annotation.loadBalancerId]: { support: 'written', note: inUse },
  'service.kubernetes.io/loadbalance-nat-ipv6': asWritten.address,
  [`${tke}/client-token`]: asWritten.token,
  [`${tke}/sync-begin-time`]: asWritten.time,
  [`${tke}/sync-end-time`]: asWritten.time,
  [`${tke}/loadbalancer-source-endpoints`]: asWritten.endpoints,
};

export function works(note: string): KnownAnnotation {
  return { support: 'works', note };
}

export function differs(note: string): KnownAnnotation {
  return { support: 'differs', note };
}

export function always(note: string): KnownAnnotation {
  return { support: 'always', note };
}

export function noEffect(note: string): KnownAnnotation {
  return { support: 'no effect', note };
}
