import { readBindings, selects } from './binding.ts';
import type { PodView, ServiceView } from './views.ts';

/** The keys that a change concerns, for each loop. */
export interface Wakes {
  readonly balancers: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly gates: ReadonlySet<string>;
}

export interface Neighbours {
  servicesIn(namespace: string): readonly ServiceView[];
  podsIn(namespace: string): readonly PodView[];
}

/** A pod concerns the CLBs of every Service that selects it now or did before, and its own gate. */
export function wakesOfPod(now: PodView | undefined, before: PodView | undefined, neighbours: Neighbours): Wakes {
  const views = [now, before].filter((view) => view !== undefined);
  const gates = new Set(now !== undefined && hasClosedGate(now) ? [now.key] : []);
  if (now !== undefined && before !== undefined && sameForTargets(now, before)) {
    return { balancers: new Set(), services: new Set(), gates };
  }
  const services = views[0] === undefined ? [] : neighbours.servicesIn(views[0].namespace);
  const concerned = services.filter((service) => views.some((view) => selects(service.selector, view.labels)));
  return { balancers: new Set(concerned.flatMap(loadBalancersOf)), services: new Set(), gates };
}

/** Our own gate patch comes back as a change of the pod; it must wake no balancer. */
function sameForTargets(a: PodView, b: PodView): boolean {
  return (
    a.uid === b.uid &&
    a.ip === b.ip &&
    a.containersReady === b.containersReady &&
    a.ending === b.ending &&
    a.finished === b.finished &&
    a.containersGone === b.containersGone &&
    sameRecord(a.labels, b.labels) &&
    sameRecord(a.namedPorts, b.namedPorts)
  );
}

function sameRecord(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

export function hasClosedGate(pod: PodView): boolean {
  if (pod.gate === 'absent') return false;
  return pod.gate === 'unset' || pod.gate.status !== 'True';
}

/** A Service concerns the CLBs that it names or named, itself, and the closed gates of the pods that it selects or selected. */
export function wakesOfService(
  now: ServiceView | undefined,
  before: ServiceView | undefined,
  neighbours: Neighbours,
): Wakes {
  const views = [now, before].filter((view) => view !== undefined);
  const pods = views[0] === undefined ? [] : neighbours.podsIn(views[0].namespace);
  const waiting = pods.filter((pod) => hasClosedGate(pod) && views.some((view) => selects(view.selector, pod.labels)));
  return {
    balancers: new Set(views.flatMap(loadBalancersOf)),
    services: new Set(views.map(({ key }) => key)),
    gates: new Set(waiting.map(({ key }) => key)),
  };
}

/** Every CLB that has to do with a Service: the one it names and those where its listeners may stand. */
export function loadBalancersOf(service: ServiceView): readonly string[] {
  const named = readBindings(service).bindings.map(({ loadBalancerId }) => loadBalancerId);
  return [...new Set([...named, ...service.recordedLoadBalancers])];
}
