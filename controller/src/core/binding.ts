import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Protocol } from './clb-port.ts';
import type { PodView, ServicePort, ServiceView } from './views.ts';

/** One Service port bound to one CLB listener. */
export interface Binding {
  readonly serviceKey: string;
  readonly serviceUid: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly loadBalancerId: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly targetPort: number | string;
}

/** Something that a person must change, told as an event on the Service. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
}

export interface Reading {
  readonly bindings: readonly Binding[];
  readonly problems: readonly Problem[];
}

const loadBalancerIdPattern = /^lb-[a-z0-9]{1,32}$/;

/** Reads a Service that is ours; what cannot be read becomes problems, and the rest still works. */
export function readBindings(service: ServiceView): Reading {
  const refusal = refusalOf(service);
  if (refusal !== undefined) return { bindings: [], problems: [refusal] };
  const supported = service.ports.filter((port) => isSupported(port));
  return {
    bindings: supported.map((port) => toBinding(service, port)),
    problems: service.ports.filter((port) => !isSupported(port)).map(protocolProblem),
  };
}

const untilThen = 'Until then the pods that this Service selects wait at their gate.';

function refusalOf(service: ServiceView): Problem | undefined {
  const id = service.existingLoadBalancer;
  const name = annotation.existingLoadBalancer;
  if (id === undefined || id === '') {
    const message = `Annotation ${name} is missing; set it to the id of an existing CLB in this VPC, for example lb-a1b2c3d4. ${untilThen}`;
    return { reason: 'LoadBalancerNotNamed', message };
  }
  if (!loadBalancerIdPattern.test(id)) {
    const message = `Annotation ${name} is "${id}"; write a CLB id, for example lb-a1b2c3d4. ${untilThen}`;
    return { reason: 'LoadBalancerIdMalformed', message };
  }
  if (Object.keys(service.selector).length === 0) {
    return {
      reason: 'SelectorMissing',
      message: 'The Service has no selector, so no pod can become a target; set spec.selector.',
    };
  }
  return undefined;
}

function isSupported(port: ServicePort): boolean {
  return port.protocol === 'TCP' || port.protocol === 'UDP';
}

function protocolProblem(port: ServicePort): Problem {
  const message = `Port ${port.port} has protocol ${port.protocol}, which a CLB does not forward; use TCP or UDP.`;
  return { reason: 'ProtocolUnsupported', message };
}

function toBinding(service: ServiceView, port: ServicePort): Binding {
  return {
    serviceKey: service.key,
    serviceUid: service.uid,
    namespace: service.namespace,
    selector: service.selector,
    loadBalancerId: service.existingLoadBalancer ?? '',
    protocol: port.protocol === 'UDP' ? 'UDP' : 'TCP',
    port: port.port,
    targetPort: port.targetPort,
  };
}

/** What identifies a binding on its CLB: a CLB has one listener for a protocol and port. */
export function slotOf(at: { readonly protocol: string; readonly port: number }): string {
  return `${at.protocol}/${at.port}`;
}

export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

/** The pod's own port behind the binding, or undefined when the pod has no port of that name. */
export function portOn(pod: PodView, binding: Binding): number | undefined {
  if (typeof binding.targetPort === 'number') return binding.targetPort;
  return pod.namedPorts[`${binding.protocol}/${binding.targetPort}`];
}
