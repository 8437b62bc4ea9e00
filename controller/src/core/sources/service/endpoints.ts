import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { canonicalIp } from '../../model/address-family.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { ObjectReference, Related, RelatedObjects, SliceFacts } from '../../model/related-objects.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';

/** More than a CLB takes at one place, whatever its quota. */
const mostEndpoints = 1_000;

type Selecting = Pick<ServiceFacts, 'selector' | 'namespace' | 'name'>;

/** A Service that selects no pods has the endpoints that somebody lists for it. */
export function hasSelector({ selector }: Pick<ServiceFacts, 'selector'>): boolean {
  return Object.keys(selector).length > 0;
}

/** The EndpointSlices that it depends on. */
export function slicesOf(service: Selecting): readonly ObjectReference<'EndpointSlices'>[] {
  const { namespace, name } = service;
  return hasSelector(service) ? [] : [{ kind: 'EndpointSlices', namespace, name }];
}

/** What one port of a Service without a selector has; undefined endpoints: not known now. */
export interface ListedEndpoints {
  readonly endpoints: readonly Endpoint[] | undefined;
  readonly incomplete?: Finding | undefined;
}

export function endpointsOf(port: ServicePort, service: Selecting, objects: RelatedObjects): ListedEndpoints {
  const found = read(service, objects);
  const incomplete = whyUnknown(found.state);
  if (incomplete !== undefined) return { endpoints: undefined, incomplete };
  const endpoints = slicesIn(found).flatMap((slice) => endpointsIn(slice, port));
  return { endpoints: endpoints.toSorted(byAddress).slice(0, mostEndpoints) };
}

function slicesIn(found: ReturnType<typeof read>): readonly SliceFacts[] {
  return found.state === 'found' ? found.facts.slices : [];
}

function read({ namespace, name }: Selecting, objects: RelatedObjects) {
  return objects.related({ kind: 'EndpointSlices', namespace, name });
}

/** The name of the port is what joins them, as for kube-proxy. A slice with names for addresses has none. */
function endpointsIn({ hasIps, ports, endpoints }: SliceFacts, { name, protocol }: ServicePort): readonly Endpoint[] {
  if (!hasIps) return [];
  const numbers = ports.filter((one) => one.name === name && one.protocol === protocol).map(({ port }) => port);
  return endpoints.flatMap(({ addresses, ready = true, terminating = false }) => {
    // The addresses of one endpoint are the same one, by the API's word: the first counts.
    const ip = canonicalIp(addresses[0] ?? '');
    return ip === undefined ? [] : numbers.map((port) => ({ ip, port, ready, terminating }));
  });
}

/** So that a change of order in the slices is none. */
function byAddress(a: Endpoint, b: Endpoint): number {
  return a.ip === b.ip ? a.port - b.port : a.ip < b.ip ? -1 : 1;
}

const stays = 'What stands for it stays as it is.';

const pending: Finding = {
  severity: 'Normal',
  reason: 'EndpointsUnreadable',
  message: `Its EndpointSlices are being read. ${stays}`,
};

const unreadable: Finding = {
  severity: 'Warning',
  reason: 'EndpointsUnreadable',
  message:
    'The controller may not read EndpointSlices, which list the endpoints of a Service without a selector: allow it ' +
    `to list and watch endpointslices of discovery.k8s.io, or set spec.selector. ${stays}`,
};

function whyUnknown(state: Related<unknown>['state']): Finding | undefined {
  return state === 'pending' ? pending : state === 'unreadable' ? unreadable : undefined;
}

/** Where nobody lists anything, its author most likely forgot the selector. */
export function endpointFindings(service: Selecting, objects: RelatedObjects): readonly Finding[] {
  if (hasSelector(service)) return [];
  const found = read(service, objects);
  if (found.state === 'unreadable') return [unreadable];
  if (found.state === 'pending' || slicesIn(found).some(({ hasIps }) => hasIps)) return [];
  const message =
    'The Service has no selector, and no EndpointSlice lists IP addresses for it, so it has no targets: set ' +
    `spec.selector, or create EndpointSlices with the label kubernetes.io/service-name: ${service.name}.`;
  return [{ severity: 'Warning', reason: 'SelectorMissing', message }];
}
