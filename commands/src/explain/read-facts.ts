import type { CoreV1Event, V1Ingress, V1Pod, V1Service } from '@kubernetes/client-node';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { describeError } from '@clb-direct/shared/runtime/describe-error.ts';
import type { OwnerFacts, PodFacts, Unread } from './facts.ts';
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
  const eventsOf = async (uid: string) =>
    about(uid, await list<CoreV1Event>(paths.events(namespace), eventsAbout(uid)));
  const services = (await list<V1Service>(paths.services(namespace))).filter((one) => selects(one, object));
  const names = new Set(services.map((one) => named(one).name));
  const ingresses = (await list<V1Ingress>(paths.ingresses(namespace))).filter((one) => leadsTo(one, names));
  const owners: OwnerFacts[] = [];
  for (const one of services) owners.push({ kind: 'Service', object: one, events: await eventsOf(named(one).uid) });
  for (const one of ingresses) owners.push({ kind: 'Ingress', object: one, events: await eventsOf(named(one).uid) });
  return { object, events: await eventsOf(named(object).uid), owners, unread: [...new Set(unread)] };
}

/** The object must be there; its events may not be readable. */
export async function readOwner(
  kind: OwnerFacts['kind'],
  { api, namespace, name }: Place,
  signal: AbortSignal,
): Promise<OwnerFacts> {
  const path = kind === 'Service' ? paths.service(namespace, name) : paths.ingress(namespace, name);
  const object = await api.call<V1Service & V1Ingress>({ method: 'GET', path, signal });
  const { uid } = named(object);
  const events = { path: paths.events(namespace), query: eventsAbout(uid) };
  return { kind, object, events: about(uid, await listed<CoreV1Event>(api, events, [], signal)) };
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

function eventsAbout(uid: string): Readonly<Record<string, string>> {
  return { fieldSelector: `involvedObject.uid=${uid}` };
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

function leadsTo({ spec }: V1Ingress, services: ReadonlySet<string>): boolean {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const backends = [spec?.defaultBackend, ...paths.map(({ backend }) => backend)];
  return backends.some((backend) => services.has(backend?.service?.name ?? ''));
}
