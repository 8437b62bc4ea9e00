import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import { addLoadBalancer, callsSince, listenersOf, newestCall, type ApiCall } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { baselineCalls, type Arrival } from '../support/baseline-calls.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { conditionOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-scale';
const loadBalancerId = 'lb-scale001';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, '198.51.100.22');
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await apply(deployment(namespace, 3, { app: 'web', env: { STOP_DELAY_MS: '2000' } }));
  await untilPods(3);
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

async function untilPods(count: number): Promise<void> {
  await until(
    `${count} ready pods and nothing else`,
    async () => podsOf(api, namespace, 'web'),
    (all) => all.length === count && living(all).every(isReady),
    300_000,
  );
}

async function untilTargetsArePods(): Promise<void> {
  const addresses = (await podsOf(api, namespace, 'web')).map(({ status }) => `${status?.podIP ?? ''}:80`).toSorted();
  const seen = await until(
    'the targets to be the pods',
    async () => (await listenersOf(loadBalancerId))[0]?.targets ?? [],
    (all) => all.length === addresses.length && all.every(({ weight }) => weight === 10),
  );
  expect(seen.map(({ ip, port }) => `${ip}:${port}`).toSorted()).toEqual(addresses);
}

/** Notes when each pod became a matter for the CLB: ready (register), ending (drain), gone (deregister). */
async function noteArrivals(signal: AbortSignal): Promise<readonly Arrival[]> {
  const known = new Map<string, Arrival>();
  const path = podsPath(namespace);
  const list = await api.call<{ metadata: { resourceVersion: string } }>({ method: 'GET', path, signal });
  let { resourceVersion } = list.metadata;
  const watchOnce = async () => {
    for await (const { type, object } of api.watch({ path, query: { resourceVersion }, signal, idleMs: 300_000 })) {
      resourceVersion = (object as V1Pod).metadata?.resourceVersion ?? resourceVersion;
      if (type !== 'BOOKMARK') noteOnce(object as V1Pod, type === 'DELETED', known);
    }
  };
  try {
    // The API server may end a watch at any time.
    while (!signal.aborted) await watchOnce();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return [...known.values()];
}

function noteOnce(pod: V1Pod, deleted: boolean, known: Map<string, Arrival>): void {
  const uid = pod.metadata?.uid ?? '';
  for (const kind of mattersOf(pod, deleted)) {
    const key = `${uid} ${kind}`;
    if (!known.has(key)) known.set(key, { atMs: Date.now(), kind });
  }
}

function mattersOf(pod: V1Pod, deleted: boolean): readonly string[] {
  const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  return [
    ...(conditionOf(pod, 'ContainersReady')?.status === 'True' ? ['register'] : []),
    ...(pod.metadata?.deletionTimestamp === undefined ? [] : ['drain']),
    ...(deleted || ended ? ['deregister'] : []),
  ];
}

function writesOf(calls: readonly ApiCall[]): readonly ApiCall[] {
  return calls.filter((call) => call.write && call.loadBalancerId === loadBalancerId);
}

test('Scaling from 3 to 40 and back leaves exactly the pods as targets, with few writes.', async () => {
  const before = await newestCall();
  const stop = new AbortController();
  const noting = noteArrivals(stop.signal);

  await kubectl(['-n', namespace, 'scale', 'deployment', 'web', '--replicas=40']);
  await untilPods(40);
  await untilTargetsArePods();
  await kubectl(['-n', namespace, 'scale', 'deployment', 'web', '--replicas=3']);
  await untilPods(3);
  await untilTargetsArePods();

  stop.abort();
  const arrivals = await noting;
  const writes = writesOf(await callsSince(before));
  const callMs = writes.reduce((sum, { atMs, endMs }) => sum + endMs - atMs, 0) / Math.max(1, writes.length);
  const baseline = baselineCalls(arrivals, callMs);
  expect(arrivals.length).toBeGreaterThanOrEqual(37 + 37 + 37 - 3);
  expect(writes.filter(({ code }) => code !== null)).toEqual([]);
  expect(writes.length).toBeLessThanOrEqual(baseline + 2);
});
