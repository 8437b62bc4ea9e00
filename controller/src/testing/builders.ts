import type { BalancerRule } from '@clb-direct/shared/domain/balancer-rules.ts';
import type { AddressFamily } from '../core/model/address-family.ts';
import { existing } from '../core/model/balancer-ref.ts';
import {
  isPodBinding,
  selects,
  type Binding,
  type BindingBackends,
  type EndpointBackends,
  type PodBackends,
  type PodBinding,
} from '../core/model/binding.ts';
import type { TargetWeights } from '../core/model/chosen-weight.ts';
import type { ListenerAnswer, TargetAnswer } from '../core/model/clb-port.ts';
import type { NodeFacts } from '../core/model/node.ts';
import type { ObservedLoadBalancer } from '../core/model/observed.ts';
import { writePlaceId } from '../core/model/existing-place.ts';
import type { Owner } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { TargetRules } from '../core/model/pod-target.ts';
import { addressesOf, type PodView } from '../core/model/pod-view.ts';
import { unknownQuota } from '../core/model/quota.ts';
import { targetKey, type Health } from '../core/model/target.ts';
import { assembleObserved, type RecordedRule } from '../core/plan/assemble-observed.ts';
import type { Claim, Facts } from '../core/plan/facts.ts';
import { listenerName } from '../core/plan/listener-name.ts';
import { emptyMemory } from '../core/plan/memory.ts';
import type { UsedPlaces } from '../core/plan/used-places.ts';
import { podDeparture } from '../core/sources/backends/pod-departure.ts';
import { resolveBackends } from '../core/sources/backends/resolve-backends.ts';
import { readService } from '../core/sources/service/read-service.ts';
import type { ServiceFacts, ServicePort } from '../core/sources/service/service-facts.ts';
import type { Limits } from '../engine/facts.ts';

export const clusterId = 'cls-test';
export const clbId = 'lb-one';

/** A ready pod of the web app with an unwritten gate. */
export function aPod(overrides: Partial<PodView> = {}): PodView {
  const { namespace = 'shop', name = 'web-1' } = overrides;
  return {
    key: `${namespace}/${name}`,
    uid: `uid-${name}`,
    namespace,
    name,
    labels: { app: 'web' },
    ip: '10.0.0.1',
    moreIps: [],
    network: 'unmarked',
    containersReady: true,
    containersReadyAtMs: 0,
    ending: false,
    finished: false,
    containersGone: false,
    createdAtMs: 0,
    namedPorts: {},
    gate: 'unset',
    otherGateFalse: false,
    heldDeletion: undefined,
    drainAsked: false,
    customWeight: undefined,
    ungated: false,
    ...overrides,
  };
}

export function aPort(overrides: Partial<ServicePort> = {}): ServicePort {
  return { name: '', protocol: 'TCP', port: 80, targetPort: 8080, ...overrides };
}

/** A Service of ours on lb-one whose finalizer and record stand. */
export function aService(overrides: Partial<ServiceFacts> = {}): ServiceFacts {
  const { namespace = 'shop', name = 'web' } = overrides;
  return {
    uid: `uid-${name}`,
    namespace,
    name,
    createdAtMs: 0,
    ending: false,
    type: 'LoadBalancer',
    loadBalancerClass: undefined,
    managed: 'true',
    directAccess: undefined,
    existingLoadBalancer: clbId,
    recordedLoadBalancers: [clbId],
    shownInUse: 'existingLoadBalancer' in overrides ? overrides.existingLoadBalancer : clbId,
    moveKeepSeconds: undefined,
    healthCheck: undefined,
    targetDrainSeconds: undefined,
    existingListeners: undefined,
    annotations: {},
    hasFinalizer: true,
    upstreamFinalizerBy: 'nobody',
    selector: { app: 'web' },
    ports: [aPort()],
    loadBalancerSourceRanges: [],
    sourceRangesAnnotation: '',
    sessionAffinity: 'None',
    sessionAffinitySeconds: undefined,
    publishNotReadyAddresses: false,
    loadBalancerIP: '',
    ingress: [],
    ingressModes: [],
    condition: undefined,
    ...overrides,
  };
}

/** The same Service as its author wrote it, before the controller touched it. */
export function aNewService(overrides: Partial<ServiceFacts> = {}): ServiceFacts {
  return aService({ recordedLoadBalancers: [], shownInUse: undefined, hasFinalizer: false, ...overrides });
}

/** A Service of ours, with `recordedLoadBalancers` and the listeners that it maps in the records too. */
export function anOwner(overrides: Partial<ServiceFacts> = {}): OwnerView {
  const service = aService(overrides);
  const view = readService(service);
  const recordedPlaces = view.bindings.flatMap(({ existing: id }) => (id === undefined ? [] : [writePlaceId(id)]));
  return { ...view, recordedBalancers: [...service.recordedLoadBalancers], recordedPlaces };
}

export const webOwner: Owner = { kind: 'Service', namespace: 'shop', name: 'web', uid: 'uid-web' };

export function aBinding(
  overrides: Omit<Partial<Binding>, 'backends'> & { readonly backends?: PodBackends } = {},
): PodBinding {
  return {
    owner: webOwner,
    balancer: existing(clbId),
    place: { protocol: 'TCP', port: 80 },
    balancerSettings: {},
    listenerSettings: { deregisterTargetRst: true },
    ruleSettings: {},
    backends: {
      mode: 'pods',
      selector: { namespace: 'shop', labels: { app: 'web' } },
      protocol: 'TCP',
      targetPort: 8080,
    },
    ...overrides,
  };
}

/** The same with endpoints that somebody lists. */
export function aListedBinding(endpoints: EndpointBackends['endpoints'], balancerId = clbId): Binding {
  const { protocol } = aBinding().backends;
  return { ...aBinding(), balancer: existing(balancerId), backends: { mode: 'endpoints', protocol, endpoints } };
}

/** Of a binding whose targets are pods or endpoints. */
export function weightsOf(backends: BindingBackends | undefined): TargetWeights | undefined {
  return backends?.mode === 'nodes' ? undefined : backends?.weights;
}

/** A node that is ready, with its address. */
export function aNode(overrides: Partial<NodeFacts> = {}): NodeFacts {
  const { name = 'node-1' } = overrides;
  return { name, ips: ['10.1.0.1'], labels: {}, ready: true, cordoned: false, ending: false, ...overrides };
}

export function claimOf(owner: OwnerView): Claim {
  return { owner, bindings: owner.bindings };
}

/** The listener that clb-direct made for the Service web, as the cloud describes it. */
export function aListener(overrides: Partial<ListenerAnswer> = {}): ListenerAnswer {
  const name = listenerName(clusterId, 'uid-web');
  return { id: 'lbl-1', name, protocol: 'TCP', port: 80, settings: {}, rules: [], ...overrides };
}

export function aTarget(overrides: Partial<TargetAnswer> = {}): TargetAnswer {
  return { listenerId: 'lbl-1', ip: '10.0.0.1', port: 8080, weight: 10, tag: 'uid-web-1', ...overrides };
}

export interface ObservedParts {
  readonly listeners?: readonly ListenerAnswer[];
  readonly targets?: readonly TargetAnswer[];
  /** By targetKey, or one for every target. */
  readonly health?: ReadonlyMap<string, Health> | Health;
  readonly recordedRules?: readonly RecordedRule[];
  /** By `writePlaceId`. */
  readonly used?: UsedPlaces;
  /** Of the addresses that the CLB sends to. */
  readonly family?: AddressFamily;
}

/** lb-one with what is on it. */
export function anObserved({ listeners = [], targets = [], ...parts }: ObservedParts = {}): ObservedLoadBalancer {
  const { health = 'Alive', recordedRules = [], used = new Map() } = parts;
  const loadBalancer = {
    id: clbId,
    vips: ['192.0.2.1'],
    domain: undefined,
    vpcId: 'vpc-1',
    targetFamily: parts.family ?? 'IPv4',
    usable: true,
    tags: {},
    isInternal: false,
    hasSnatPro: false,
    settings: {},
  };
  const byKey = typeof health === 'string' ? new Map(targets.map((target) => [targetKey(target), health])) : health;
  return assembleObserved(
    { loadBalancer, listeners, targets, health: byKey },
    { clusterId, recordedRules, used, memory: emptyMemory },
  );
}

/** Of a CLB that sends to IPv4, as nearly all do. */
export const targetRules: TargetRules = {
  family: 'IPv4',
  reach: { eniDefault: 'eni', globalRoute: false, hostNetworkTargets: false },
};

export const limits: Limits = {
  weight: 10,
  endpointNamespaces: [],
  drainMs: 30_000,
  gatherMs: 5_000,
  brakeSharePercent: 50,
  moveKeepMs: 600_000,
};

/** What the cluster says to a plan, by its pods. */
export function podFacts(
  pods: readonly PodView[],
  hasEnded: (uid: string) => boolean = () => false,
  rules: TargetRules = targetRules,
): Pick<Facts, 'backendsOf' | 'departureOf'> {
  const podsAt = (ip: string) => pods.filter((one) => addressesOf(one).includes(ip));
  return {
    backendsOf: (binding) => {
      const podsOf = () => pods.filter((pod) => isPodBinding(binding) && selects(binding.backends.selector, pod));
      return resolveBackends(binding, { podsOf, podsAt }, { ...limits, ...rules });
    },
    departureOf: ({ ip }, podUid) => {
      const pod = pods.find(({ uid }) => uid === podUid);
      return podDeparture({
        podUid,
        pod,
        podsAtAddress: podsAt(ip),
        hasEnded,
      });
    },
  };
}

/** Every namespace may use every CLB. */
export const everyone: BalancerRule = { balancers: '*', namespaces: ['*'] };

/** Nothing on the CLB, no owner wants anything, and every namespace may use it. */
export function someFacts(overrides: Partial<Facts> = {}): Facts {
  return {
    nowMs: 1_000_000,
    clusterId,
    tkePresent: false,
    ref: existing(clbId),
    claims: [],
    pending: [],
    owners: (overrides.claims ?? []).map(({ owner }) => owner),
    releases: new Map(),
    observed: anObserved(),
    memory: emptyMemory,
    ...podFacts([]),
    drainMs: new Map(),
    limits,
    policy: { rules: [everyone], reservationMs: 600_000, held: [] },
    quota: unknownQuota,
    ...overrides,
  };
}
