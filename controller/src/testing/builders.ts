import type { Binding } from '../core/binding.ts';
import type { Listener, ObservedTarget } from '../core/clb-port.ts';
import { emptyMemory } from '../core/memory.ts';
import { listenerName } from '../core/ownership.ts';
import type { Facts, Limits } from '../core/plan.ts';
import type { PodView, ServicePort, ServiceView } from '../core/views.ts';

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
    hostNetwork: false,
    containersReady: true,
    containersReadyAtMs: 0,
    ending: false,
    finished: false,
    containersGone: false,
    createdAtMs: 0,
    namedPorts: {},
    gate: 'unset',
    ungated: false,
    ...overrides,
  };
}

export function aPort(overrides: Partial<ServicePort> = {}): ServicePort {
  return { name: '', protocol: 'TCP', port: 80, targetPort: 8080, ...overrides };
}

/** A Service of ours on lb-one whose finalizer and record stand. */
export function aService(overrides: Partial<ServiceView> = {}): ServiceView {
  const { namespace = 'shop', name = 'web' } = overrides;
  return {
    key: `${namespace}/${name}`,
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
    hasFinalizer: true,
    selector: { app: 'web' },
    ports: [aPort()],
    ingress: [],
    ...overrides,
  };
}

/** The same Service as its author wrote it, before the controller touched it. */
export function aNewService(overrides: Partial<ServiceView> = {}): ServiceView {
  return aService({ recordedLoadBalancers: [], hasFinalizer: false, ...overrides });
}

export function aBinding(overrides: Partial<Binding> = {}): Binding {
  return {
    serviceKey: 'shop/web',
    serviceUid: 'uid-web',
    namespace: 'shop',
    selector: { app: 'web' },
    loadBalancerId: clbId,
    protocol: 'TCP',
    port: 80,
    targetPort: 8080,
    ...overrides,
  };
}

/** The listener that clb-direct made for the Service web. */
export function aListener(overrides: Partial<Listener> = {}): Listener {
  return { id: 'lbl-1', name: listenerName(clusterId, 'uid-web'), protocol: 'TCP', port: 80, ...overrides };
}

export function aTarget(overrides: Partial<ObservedTarget> = {}): ObservedTarget {
  return { listenerId: 'lbl-1', ip: '10.0.0.1', port: 8080, weight: 10, tag: 'uid-web-1', ...overrides };
}

export const limits: Limits = { weight: 10, drainMs: 30_000, brakeHoldMs: 60_000 };

/** Nothing on the CLB, nobody wants anything. */
export function someFacts(overrides: Partial<Facts> = {}): Facts {
  return {
    nowMs: 1_000_000,
    clusterId,
    claims: [],
    releases: new Map(),
    listeners: [],
    targets: [],
    health: new Map(),
    memory: emptyMemory,
    podsOf: () => [],
    podsAt: () => [],
    hasEnded: () => false,
    limits,
    ...overrides,
  };
}
