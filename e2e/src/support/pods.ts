import type { CoreV1Event, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { events, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { get } from './cluster.ts';
import { until } from './until.ts';

export async function podsOf(api: KubeApi, namespace: string, app: string): Promise<readonly V1Pod[]> {
  const { items } = await get<{ items: V1Pod[] }>(api, pods(namespace), { labelSelector: `app=${app}` });
  return items;
}

export function living(all: readonly V1Pod[]): readonly V1Pod[] {
  return all.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

export function conditionOf(pod: V1Pod, type: string): V1PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export const gateOf = (pod: V1Pod) => conditionOf(pod, defaultGateType);

export function hasGate(pod: V1Pod): boolean {
  return gatesOf(pod).length > 0;
}

/** The pod's gates of our type: one, or none. */
export function gatesOf(pod: V1Pod) {
  return (pod.spec?.readinessGates ?? []).filter(({ conditionType }) => conditionType === defaultGateType);
}

export const isReady = (pod: V1Pod) => conditionOf(pod, 'Ready')?.status === 'True';

/** The API server writes dates as texts, whatever the client's types say. */
export function timeOf(text: unknown): number {
  return Date.parse(String(text));
}

export async function eventsOf(api: KubeApi, namespace: string, name: string): Promise<readonly CoreV1Event[]> {
  const { items } = await get<{ items: CoreV1Event[] }>(api, events(namespace), {
    fieldSelector: `involvedObject.name=${name}`,
  });
  return items;
}

interface Replicas {
  readonly namespace: string;
  readonly app: string;
  readonly replicas: number;
}

/** Waits until exactly so many pods live, all of them ready and, by their UIDs, new. */
export async function untilReplicas(
  api: KubeApi,
  { namespace, app, replicas }: Replicas,
  isNew: (uid: string) => boolean = () => true,
): Promise<void> {
  await until(
    `${replicas} ready pods`,
    async () => living(await podsOf(api, namespace, app)),
    (all) => all.length === replicas && all.every((one) => isReady(one) && isNew(one.metadata?.uid ?? '')),
    300_000,
  );
}
