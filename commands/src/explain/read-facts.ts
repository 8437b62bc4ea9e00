import type {
  CoreV1Event,
  KubernetesObject,
  V1Endpoint,
  V1EndpointSlice,
  V1Ingress,
  V1Pod,
  V1Service,
} from '@kubernetes/client-node';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { describeError } from '@clb-direct/shared/runtime/describe-error.ts';
import type { Explained, OwnerFacts, PodFacts, Unread } from './facts.ts';
import { named } from './named.ts';

export interface Place {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly name: string;
}

/** What may not be read is left out and named: whoever asks may see less than an administrator. */
export async function readPod({ api, namespace, name }: Place, signal: AbortSignal): Promise<PodFacts> {
  const object = await api.call<V1Pod>({ method: 'GET', path: paths.pod(namespace, name), signal });
  const unread: Unread[] = [];
  const list = async <T>(path: string, query = {}) => listed<T>(api, { path, query }, unread, signal);
  const all = await list<V1Service>(paths.services(namespace));
  const isListed = all.some(mayList) ? listsOf(object, await list(paths.endpointSlices(namespace))) : () => false;
  const services = all.filter((one) => selects(one, object) || (mayList(one) && isListed(one)));
  const names = new Set(services.map((one) => named(one).name));
  const ingresses = (await list<V1Ingress>(paths.ingresses(namespace))).filter((one) => leadsTo(one, names));
  const owners: OwnerFacts[] = [];
  for (const one of services) owners.push({ kind: 'Service', ...(await withEvents(api, one, signal)) });
  for (const one of ingresses) owners.push({ kind: 'Ingress', ...(await withEvents(api, one, signal)) });
  const own = await withEvents(api, object, signal);
  const withTheirs = [...unread, ...[own, ...owners].flatMap((one) => one.unread)];
  return { ...own, owners, unread: [...new Set(withTheirs)] };
}

/** The object must be there; its events may not be readable. */
export async function readOwner(
  kind: OwnerFacts['kind'],
  { api, namespace, name }: Place,
  signal: AbortSignal,
): Promise<OwnerFacts> {
  const path = kind === 'Service' ? paths.service(namespace, name) : paths.ingress(namespace, name);
  const object = await api.call<V1Service & V1Ingress>({ method: 'GET', path, signal });
  return { kind, ...(await withEvents(api, object, signal)) };
}

async function withEvents<T extends KubernetesObject>(
  api: KubeApi,
  object: T,
  signal: AbortSignal,
): Promise<Explained<T>> {
  const { namespace, uid } = named(object);
  const unread: Unread[] = [];
  const at = { path: paths.events(namespace), query: { fieldSelector: `involvedObject.uid=${uid}` } };
  return { object, events: about(uid, await listed<CoreV1Event>(api, at, unread, signal)), unread };
}

async function listed<T>(
  api: KubeApi,
  { path, query }: { readonly path: string; readonly query: Readonly<Record<string, string>> },
  unread: Unread[],
  signal: AbortSignal,
): Promise<readonly T[]> {
  try {
    return (await api.call<{ readonly items: readonly T[] }>({ method: 'GET', path, query, signal })).items;
  } catch (error) {
    signal.throwIfAborted();
    unread.push(describeError(error).message);
    return [];
  }
}

/** The newest first. */
function about(uid: string, events: readonly CoreV1Event[]): readonly CoreV1Event[] {
  const own = events.filter(({ involvedObject }) => involvedObject.uid === uid);
  const atMs = ({ lastTimestamp, eventTime }: CoreV1Event) => Date.parse(String(lastTimestamp ?? eventTime ?? ''));
  return own.toSorted((a, b) => (atMs(b) || 0) - (atMs(a) || 0));
}

function selects({ spec }: V1Service, { metadata }: V1Pod): boolean {
  const wanted = Object.entries(spec?.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata?.labels?.[key] === value);
}

/** Its EndpointSlices are written by others, and say which pods it leads to. */
function mayList({ spec }: V1Service): boolean {
  return Object.keys(spec?.selector ?? {}).length === 0 && spec?.type !== 'ExternalName';
}

/** Whether the EndpointSlices of a Service have the address of the pod. */
function listsOf({ status }: V1Pod, slices: readonly V1EndpointSlice[]): (service: V1Service) => boolean {
  const has = ({ addresses }: V1Endpoint) => addresses.some((address) => address === status?.podIP);
  const listing = slices.filter(({ endpoints }) => (endpoints ?? []).some(has));
  const names = new Set(listing.map(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name']));
  return (service) => names.has(named(service).name);
}

function leadsTo({ spec }: V1Ingress, services: ReadonlySet<string>): boolean {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const backends = [spec?.defaultBackend, ...paths.map(({ backend }) => backend)];
  return backends.some((backend) => services.has(backend?.service?.name ?? ''));
}
