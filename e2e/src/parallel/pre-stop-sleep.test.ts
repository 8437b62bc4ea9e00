import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { preStopSleepLabel } from '@clb-direct/shared/domain/names.ts';
import { connect } from '../support/cluster.ts';
import { deployment, eniAnnotations, namespaceOf, podTemplate } from '../support/manifests.ts';
import { podsOf, untilReplicas } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** Pods of this namespace sleep before SIGTERM; their application stops at once then. */
const namespace = 'e2e-sleeping';
const seconds = 6;
const pod = { app: 'web', env: { STOP_DELAY_MS: '0' }, annotations: eniAnnotations };
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await apply(namespaceOf(namespace, { [preStopSleepLabel]: String(seconds) }));
});

afterAll(async () => {
  await kubectl(['delete', 'namespace', namespace]);
  await api.close();
});

async function created(name: string, spec: Record<string, unknown>): Promise<V1Pod> {
  const { metadata, spec: usual } = podTemplate({ ...pod, spec });
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace }, spec: usual };
  const args = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];
  return JSON.parse(await kubectl(args, JSON.stringify(manifest))) as V1Pod;
}

const sleepOf = ({ spec }: V1Pod) => spec?.containers[0]?.lifecycle?.preStop?.sleep?.seconds;

test('A pod of a namespace that asks serves as long as it was asked for, before it stops.', async () => {
  await until(
    'the webhook to know the label',
    async () => sleepOf(await created('first', {})),
    (s) => s === seconds,
  );
  await apply(deployment(namespace, 1, pod));
  await untilReplicas(api, { namespace, app: 'web', replicas: 1 });
  const [running] = await podsOf(api, namespace, 'web');
  const name = running?.metadata?.name ?? '';
  await apply(deployment(namespace, 0, pod));
  const startedMs = performance.now();
  await kubectl(['-n', namespace, 'wait', '--for=delete', `pod/${name}`, '--timeout=60s']);
  expect(performance.now() - startedMs).toBeGreaterThan((seconds - 1) * 1_000);
});

test('A grace period that is too short cuts the sleep, and the pod is created.', async () => {
  expect(sleepOf(await created('short', { terminationGracePeriodSeconds: 8 }))).toBe(3);
  expect(sleepOf(await created('shortest', { terminationGracePeriodSeconds: 2 }))).toBeUndefined();
});
