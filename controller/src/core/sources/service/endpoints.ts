import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { canonicalIp } from '../../model/address-family.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { ObjectReference, Related, RelatedObjects, SliceFacts } from '../../model/related-objects.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';

/** `place`: more than a CLB takes, whatever its quota. `ports`: all that the ports of one Service keep in memory. */
const most = { place: 1_000, service: 5_000, ports: 10_000 } as const;

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

export type EndpointsAt = (port: ServicePort) => ListedEndpoints;

/** The lists are read once, however many ports there are. `ports`: how many. */
export function endpointsOf(service: Selecting, objects: RelatedObjects, ports = 1): EndpointsAt {
  const found = read(service, objects);
  const incomplete = whyUnknown(found.state);
  if (incomplete !== undefined) return () => ({ endpoints: undefined, incomplete });
  const all = slicesIn(found).flatMap(addressesIn).toSorted(byIp).slice(0, most.service);
  const mostAtPort = Math.min(most.place, Math.ceil(most.ports / Math.max(1, ports)));
  const byList = Map.groupBy(all, ({ list }) => list);
  const listed = Map.groupBy([...byList.keys()].flatMap(portsIn), ({ key }) => key);
  return (port) => {
    const endpoints = (listed.get(keyOf(port)) ?? []).flatMap(({ list, number }) =>
      (byList.get(list) ?? []).slice(0, mostAtPort).map((one) => toEndpoint(one, number)),
    );
    return { endpoints: endpoints.toSorted(byAddress).slice(0, mostAtPort) };
  };
}

type PortList = SliceFacts['ports'];

interface Address extends Omit<Endpoint, 'port'> {
  /** The ports of its slice. */
  readonly list: PortList;
}

/** The name of the port is what joins them, as for kube-proxy. */
function keyOf({ name, protocol }: Pick<ServicePort, 'name' | 'protocol'>): string {
  return `${protocol}/${name}`;
}

function portsIn(list: PortList) {
  return list.map((one) => ({ key: keyOf(one), list, number: one.port }));
}

function toEndpoint({ ip, ready, terminating }: Address, port: number): Endpoint {
  return { ip, port, ready, terminating };
}

/** A slice with names for addresses has none. */
function addressesIn({ hasIps, ports: list, endpoints }: SliceFacts): readonly Address[] {
  if (!hasIps) return [];
  return endpoints.flatMap(({ addresses, ready = true, terminating = false }) => {
    // The addresses of one endpoint are the same one, by the API's word: the first counts.
    const ip = canonicalIp(addresses[0] ?? '');
    return ip === undefined ? [] : [{ ip, ready, terminating, list }];
  });
}

function byIp(a: Address, b: Address): number {
  return a.ip === b.ip ? 0 : a.ip < b.ip ? -1 : 1;
}

function slicesIn(found: ReturnType<typeof read>): readonly SliceFacts[] {
  return found.state === 'found' ? found.facts.slices : [];
}

function read({ namespace, name }: Selecting, objects: RelatedObjects) {
  return objects.related({ kind: 'EndpointSlices', namespace, name });
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
