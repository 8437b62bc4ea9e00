import { pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { podLabels } from '../../owned-objects/service/render-service.ts';

/** A pod of ours that may be called: it has an address, and a container of it runs. */
export interface Replica {
  readonly pod: string;
  readonly ip: string;
}

/** Lists them, those that are terminating too: while their containers run, API servers may hold connections to them. */
export async function listReplicas(api: KubeApi, namespace: string, signal: AbortSignal): Promise<readonly Replica[]> {
  const labelSelector = Object.entries(podLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const list = await api.call<RawObject>({
    method: 'GET',
    path: podsPath(namespace),
    query: { labelSelector },
    signal,
  });
  return asList(own(list, 'items')).flatMap((item) => replicaOf(asObject(item)));
}

function replicaOf(pod: RawObject | undefined): Replica[] {
  const name = own(asObject(own(pod, 'metadata')), 'name');
  const status = asObject(own(pod, 'status'));
  const ip = own(status, 'podIP');
  const isRunning = asList(own(status, 'containerStatuses')).some(
    (one) => own(asObject(own(asObject(one), 'state')), 'running') !== undefined,
  );
  return isRunning && typeof name === 'string' && typeof ip === 'string' ? [{ pod: name, ip }] : [];
}
