import { readdir, readFile } from 'node:fs/promises';
import type { V1Lease, V1Pod } from '@kubernetes/client-node';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { lease, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { get } from '../cluster.ts';
import { isReady } from '../pods.ts';
import { kubectl } from '../run.ts';
import { until } from '../until.ts';

/** Where the manifests install clb-direct. */
export const installNamespace = 'clb-direct';

const replicas = 2;

/** The pods of the controller and the webhook. */
export async function ownPods(api: KubeApi): Promise<readonly V1Pod[]> {
  return (await get<{ items: V1Pod[] }>(api, pods(installNamespace))).items;
}

export async function webhookPods(api: KubeApi): Promise<readonly V1Pod[]> {
  const labelSelector = `app.kubernetes.io/name=${programName.webhook}`;
  return (await get<{ items: V1Pod[] }>(api, pods(installNamespace), { labelSelector })).items;
}

/** The name of the replica that holds the Lease; '' = none. Holders are named `POD_RANDOM`. */
async function leaderOf(api: KubeApi): Promise<string> {
  const identity = (await get<V1Lease>(api, lease(installNamespace, programName.webhook))).spec?.holderIdentity ?? '';
  return identity.split('_')[0] ?? '';
}

/** Waits until a replica that is not being deleted holds the Lease. */
export async function liveLeader(api: KubeApi): Promise<V1Pod> {
  const look = async () => {
    const [leader, all] = [await leaderOf(api), await webhookPods(api)];
    return all.find(({ metadata }) => metadata?.name === leader && metadata.deletionTimestamp === undefined);
  };
  const found = await until('a live replica to hold the Lease', look, (seen) => seen !== undefined, 60_000);
  if (found === undefined) throw new Error('unreachable: until returns what it waited for');
  return found;
}

export async function otherReplica(api: KubeApi): Promise<V1Pod> {
  const leader = await liveLeader(api);
  const other = (await webhookPods(api)).find(
    ({ metadata }) => metadata?.name !== leader.metadata?.name && metadata?.deletionTimestamp === undefined,
  );
  if (other === undefined) throw new Error('there is no second replica of the webhook');
  return other;
}

/** Waits until a pod is not ready. */
export async function untilUnready(api: KubeApi, pod: V1Pod): Promise<void> {
  await until(
    `${pod.metadata?.name} to be not ready`,
    async () => (await webhookPods(api)).find(({ metadata }) => metadata?.uid === pod.metadata?.uid),
    (seen) => seen !== undefined && !isReady(seen),
  );
}

/** Waits until every replica is ready, and no other pod of the webhook is left. */
export async function untilWhole(api: KubeApi): Promise<void> {
  await until(
    `${replicas} ready replicas of the webhook and no other`,
    async () => webhookPods(api),
    (all) =>
      all.length === replicas && all.every((pod) => isReady(pod) && pod.metadata?.deletionTimestamp === undefined),
  );
}

export async function deletePod(pod: V1Pod): Promise<void> {
  await kubectl(['-n', installNamespace, 'delete', 'pod', pod.metadata?.name ?? '', '--wait=false']);
}

/** Kills the program in a pod at once, as a node that dies or the kernel that is out of memory does. */
export async function kill(pod: V1Pod): Promise<void> {
  const wanted = `POD_NAME=${pod.metadata?.name ?? ''}`;
  const running = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const environments = await Promise.all(
    running.map(async (pid) => ({ pid, text: await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '') })),
  );
  const found = environments.filter(({ text }) => text.split('\0').includes(wanted));
  if (found.length === 0) throw new Error(`no process of the pod ${wanted}`);
  for (const { pid } of found) process.kill(Number(pid), 'SIGKILL');
}

/** Kills a replica and deletes its pod, so that it does not restart under the same name. */
export async function killForGood(pod: V1Pod): Promise<void> {
  await kill(pod);
  await kubectl([
    '-n',
    installNamespace,
    'delete',
    'pod',
    pod.metadata?.name ?? '',
    '--grace-period=0',
    '--force',
    '--wait=false',
  ]);
}
