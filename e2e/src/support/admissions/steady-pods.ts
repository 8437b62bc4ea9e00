import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pod as podPath, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { connect, find } from '../cluster.ts';
import { namespaceOf, podTemplate } from '../manifests.ts';
import { hasGate } from '../pods.ts';
import { apply } from '../run.ts';
import { until } from '../until.ts';

/** One pod that was asked for. */
export interface Attempt {
  /** Also the query of its request, by which the audit log's event is found. */
  readonly name: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: 'gated' | 'ungated' | 'refused';
  readonly problem?: string;
}

export interface SteadyPods {
  readonly namespace: string;
  readonly perSecond: number;
  /** How long the rate is kept before and after the work: connections are open then, and what comes late is seen. */
  readonly aroundMs: number;
}

/** So many pods are asked for at the same instant: the API server then has as many connections to the webhook. */
const connections = 4;

/** Makes a namespace in which pods can be created: its ServiceAccount comes a moment later. */
export async function preparePods(
  api: KubeApi,
  namespace: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  await apply(namespaceOf(namespace, labels));
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await until(
    'the ServiceAccount of new pods',
    async () => find(api, path),
    (seen) => seen !== undefined,
  );
}

/** Creates ENI pods that no scheduler takes at a steady rate while the work goes on, and removes each at once. */
export async function underSteadyPods(o: SteadyPods, work: () => Promise<void>): Promise<readonly Attempt[]> {
  const apis = await Promise.all(Array.from({ length: connections }, async () => connect()));
  const stop = new AbortController();
  const attempts = createSteadily(o, apis, stop.signal);
  try {
    await sleep(o.aroundMs);
    await work();
    await sleep(o.aroundMs);
  } finally {
    stop.abort();
    await attempts;
    await Promise.all(apis.map(async (api) => api.close()));
  }
  return attempts;
}

async function createSteadily(
  { namespace, perSecond }: SteadyPods,
  apis: readonly KubeApi[],
  signal: AbortSignal,
): Promise<readonly Attempt[]> {
  const run = Math.random().toString(36).slice(2, 8);
  const running: Promise<Attempt>[] = [];
  const firstMs = performance.now();
  while (!signal.aborted) {
    running.push(...apis.map(async (api, i) => createOne(api, namespace, `steady-${run}-${running.length + i}`)));
    const nextMs = firstMs + running.length * (1000 / perSecond);
    await sleep(Math.max(0, nextMs - performance.now()), undefined, { signal }).catch(() => undefined);
  }
  return Promise.all(running);
}

async function createOne(api: KubeApi, namespace: string, name: string): Promise<Attempt> {
  const startedMs = Date.now();
  const { metadata, spec } = podTemplate({ app: 'steady', spec: { schedulerName: 'none' } });
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec };
  const call = { method: 'POST', path: pods(namespace), query: { fieldManager: name }, body } as const;
  try {
    const made = await api.call<V1Pod>({ ...call, signal: AbortSignal.timeout(40_000) });
    const endedMs = Date.now();
    await remove(api, podPath(namespace, name));
    return { name, startedMs, endedMs, outcome: hasGate(made) ? 'gated' : 'ungated' };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name, startedMs, endedMs: Date.now(), outcome: 'refused', problem };
  }
}

// What stays goes with the namespace.
async function remove(api: KubeApi, path: string): Promise<void> {
  await api.call({ method: 'DELETE', path, signal: AbortSignal.timeout(30_000) }).catch(() => undefined);
}
