import { randomUUID } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pod as podPath } from '@clb-direct/shared/kube/client/paths.ts';
import { connect, find, get } from '../support/cluster.ts';
import { eniAnnotations, deployment, namespaceOf, podTemplate, type PodOptions } from '../support/manifests.ts';
import { conditionOf, gateOf, gatesOf, hasGate, isReady, podsOf, timeOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-injection';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await apply(namespaceOf(namespace));
  await apply(namespaceOf(`${namespace}-off`, { 'clb-direct.io/gate': 'off' }));
});

afterAll(async () => {
  await kubectl(['delete', 'namespace', namespace, `${namespace}-off`, '--wait=false']);
  await kubectl(['-n', 'kube-system', 'delete', 'pod', 'e2e-eni', '--ignore-not-found', '--wait=false']);
  await api.close();
});

async function createPod(name: string, options: Partial<PodOptions> = {}, where = namespace): Promise<V1Pod> {
  const { metadata, spec } = podTemplate({ app: name, ...options });
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: where }, spec });
  return get<V1Pod>(api, podPath(where, name));
}

const gate = { conditionType: 'cloud.tencent.com/load-balancer-backendgroup-ready' };

test.each([
  ['the annotation tke-route-eni', { annotations: eniAnnotations }],
  ['the annotation tke-direct-eni', { annotations: { 'tke.cloud.tencent.com/networks': 'tke-direct-eni' } }],
  ['no annotation where the default says ENI', { annotations: {} }],
])('A bare pod with %s gets the gate once.', async (_name, options) => {
  const pod = await createPod(`yes-${Math.random().toString(36).slice(2, 8)}`, options);
  expect(gatesOf(pod)).toHaveLength(1);
});

test.each([
  ['in the host network', { spec: { hostNetwork: true } }],
  ['in the GlobalRouter network', { annotations: { 'tke.cloud.tencent.com/networks': 'tke-bridge' } }],
  ['that opted out', { annotations: { ...eniAnnotations, 'clb-direct.io/gate': 'off' } }],
])('A pod %s is left alone.', async (_name, options) => {
  const pod = await createPod(`no-${Math.random().toString(36).slice(2, 8)}`, options);
  expect(hasGate(pod)).toBe(false);
});

test('A pod that carries the gate already, and another one, keeps both and gets no third.', async () => {
  const gates = [{ conditionType: 'example.com/other' }, gate];
  const pod = await createPod('twice', { spec: { readinessGates: gates } });
  expect(pod.spec?.readinessGates).toEqual(gates);
});

test('Pods of kube-system and of a namespace that opted out are left alone.', async () => {
  const pods = [await createPod('e2e-eni', {}, 'kube-system'), await createPod('eni', {}, `${namespace}-off`)];
  expect(pods.map(hasGate)).toEqual([false, false]);
});

test('Pods of a Deployment, a StatefulSet and a DaemonSet get the gate, pods of a Job do not.', async () => {
  const base = deployment(namespace, 1, { app: 'kind-deployment' });
  const template = (app: string) => podTemplate({ app });
  const named = (kind: string, app: string, spec: unknown, apiVersion = 'apps/v1') => ({
    apiVersion,
    kind,
    metadata: { name: app, namespace },
    spec,
  });
  const selector = (app: string) => ({ matchLabels: { app } });
  const job = podTemplate({ app: 'kind-job', spec: { restartPolicy: 'Never' } });
  await apply(base);
  await apply(
    named('StatefulSet', 'kind-stateful', {
      serviceName: 'x',
      selector: selector('kind-stateful'),
      template: template('kind-stateful'),
    }),
  );
  await apply(
    named('DaemonSet', 'kind-daemon', { selector: selector('kind-daemon'), template: template('kind-daemon') }),
  );
  await apply(named('Job', 'kind-job', { template: job }, 'batch/v1'));

  const gated = async (app: string) => {
    const pods = await until(
      `a pod of ${app}`,
      async () => podsOf(api, namespace, app),
      (all) => all.length > 0,
    );
    return pods.map(hasGate);
  };
  expect(await gated('kind-deployment')).toEqual([true]);
  expect(await gated('kind-stateful')).toEqual([true]);
  expect(await gated('kind-daemon')).toEqual([true]);
  expect(await gated('kind-job')).toEqual([false]);
});

test('A pod of a Job of another API group gets the gate.', async () => {
  const { metadata, spec } = podTemplate({ app: 'volcano' });
  const job = { apiVersion: 'batch.volcano.sh/v1alpha1', kind: 'Job', name: 'x', uid: randomUUID(), controller: true };
  const owned = { ...metadata, name: 'volcano', namespace, ownerReferences: [job] };
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: owned, spec });
  expect(hasGate(await get<V1Pod>(api, podPath(namespace, 'volcano')))).toBe(true);
});

test('A gated pod that no Service selects is ready about five seconds after its creation.', async () => {
  await createPod('alone');
  const pod = await until(
    'the lonely pod to be ready',
    async () => find<V1Pod>(api, podPath(namespace, 'alone')),
    (seen) => seen !== undefined && isReady(seen),
  );
  const condition = pod === undefined ? undefined : gateOf(pod);
  const containers = pod === undefined ? undefined : conditionOf(pod, 'ContainersReady');

  expect(condition?.reason).toBe('NoLoadBalancerSelectsPod');
  const createdMs = timeOf(pod?.metadata?.creationTimestamp);
  const openedMs = timeOf(condition?.lastTransitionTime);
  expect(openedMs - createdMs).toBeGreaterThanOrEqual(4_000);
  // A busy machine starts containers late. The gate itself is measured by the benchmarks.
  const dueMs = Math.max(createdMs + 5_000, timeOf(containers?.lastTransitionTime));
  expect(openedMs - dueMs).toBeLessThan(10_000);
});
