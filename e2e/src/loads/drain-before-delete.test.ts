import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { drainNamespaceLabel } from '@clb-direct/shared/domain/names.ts';
import { addLoadBalancer, listenersOf, withFault } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { underLoad } from '../support/load.ts';
import { deployment, eniAnnotations, namespaceOf, service } from '../support/manifests.ts';
import { living, podsOf, untilReplicas } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** Pods of this namespace are deleted when the CLB sends nothing new to them; their application stops at once. */
const namespace = 'e2e-drained';
const loadBalancerId = 'lb-drained1';
const vip = '198.51.100.84';
const pod = (generation = '') => ({
  app: 'web',
  env: { STOP_DELAY_MS: '0', GENERATION: generation },
  annotations: eniAnnotations,
});
const action = 'BatchModifyTargetWeight';
const slowWeights = { kind: 'latency', action, loadBalancerId, delayMs: 3_000, when: 'before' };
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(namespace, { [drainNamespaceLabel]: 'true' }));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await apply(deployment(namespace, 4, pod()));
  await untilReady(4);
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const untilReady = async (replicas: number, isNew?: (uid: string) => boolean) =>
  untilReplicas(api, { namespace, app: 'web', replicas }, isNew);

const pods = async () => living(await podsOf(api, namespace, 'web'));
const weightOf = async (ip: string) => {
  const [listener] = await listenersOf(loadBalancerId);
  return listener?.targets.find((target) => target.ip === ip)?.weight;
};

/** Deletes or evicts the pod; its weight at the moment when the API server began to delete it. */
async function weightAtDeletion(name: string, ask: () => Promise<unknown>): Promise<number | undefined> {
  const before = (await pods()).find(({ metadata }) => metadata?.name === name);
  const asked = ask();
  await until(
    `${name} to end`,
    async () => podsOf(api, namespace, 'web'),
    (all) => all.every(({ metadata }) => metadata?.name !== name || metadata.deletionTimestamp !== undefined),
    60_000,
  );
  const weight = await weightOf(before?.status?.podIP ?? '');
  await asked;
  return weight;
}

const remove = async (name: string) => kubectl(['-n', namespace, 'delete', 'pod', name, '--wait=false']);
const evict = async (name: string) => {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
};
const firstPod = async () => (await pods())[0]?.metadata?.name ?? '';

describe('a pod of a namespace that asks for it', () => {
  test.each([
    ['deleted', remove],
    ['evicted', evict],
  ])('is at weight 0 before it is %s', async (_, ask) => {
    const name = await firstPod();
    expect(await weightAtDeletion(name, async () => ask(name))).toBe(0);
    await untilReady(4);
  });

  test('is at weight 0 before it is deleted, although the CLB loses two weights that it confirms', async () => {
    const name = await firstPod();
    await withFault('lost-weights', { kind: 'silent-failure', action, loadBalancerId, times: 2 }, async () => {
      expect(await weightAtDeletion(name, async () => remove(name))).toBe(0);
    });
    await untilReady(4);
  });

  test('is not drained while its budget lets none go: its eviction is refused as by the API server', async () => {
    const name = await firstPod();
    const spec = { maxUnavailable: 0, selector: { matchLabels: { app: 'web' } } };
    await apply({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace }, spec });
    await until(
      'the budget to be counted',
      async () => kubectl(['-n', namespace, 'get', 'pdb', 'web', '-o', 'jsonpath={.status.observedGeneration}']),
      (generation) => generation.trim() !== '',
    );
    await expect(evict(name)).rejects.toThrow(
      /\(TooManyRequests\): .* denied the request: Cannot evict pod as it would/,
    );
    expect(await weightOf((await pods())[0]?.status?.podIP ?? '')).toBe(10);
    await kubectl(['-n', namespace, 'delete', 'pdb', 'web']);
  });

  test('is not drained by a dry run, and stays', async () => {
    const name = await firstPod();
    await kubectl(['-n', namespace, 'delete', 'pod', name, '--dry-run=server']);
    expect(await weightOf((await pods())[0]?.status?.podIP ?? '')).toBe(10);
  });

  test('is deleted at once by the scheduler, which waits for each of its preemptions', async () => {
    const name = await firstPod();
    const preempt = async () =>
      kubectl(['-n', namespace, '--as', 'system:kube-scheduler', 'delete', 'pod', name, '--wait=false']);
    await withFault('slow-weights', slowWeights, async () => {
      expect(await weightAtDeletion(name, preempt)).not.toBe(0);
    });
    await untilReady(4);
  });

  test('is deleted at once with grace period 0', async () => {
    const name = await firstPod();
    const startedMs = performance.now();
    await kubectl(['-n', namespace, 'delete', 'pod', name, '--grace-period=0', '--force']);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    await untilReady(4);
  });
});

async function roll(generation: string): Promise<readonly string[]> {
  const before = new Set((await pods()).map(({ metadata }) => metadata?.uid ?? ''));
  const result = await underLoad(vip, 100, async () => {
    await withFault('slow-weights', slowWeights, async () => {
      await apply(deployment(namespace, 4, pod(generation)));
      await untilReady(4, (uid) => !before.has(uid));
    });
  });
  expect(result.ok).toBeGreaterThan(300);
  return result.failures;
}

describe('a rollout of an application that stops at once on SIGTERM, while each change of weights takes 3 s', () => {
  test('loses no request', async () => {
    expect(await roll('second')).toEqual([]);
  });

  test('loses requests if its namespace does not ask any more, so the load would show it', async () => {
    await kubectl(['label', 'namespace', namespace, `${drainNamespaceLabel}-`]);
    expect((await roll('third')).length).toBeGreaterThan(0);
  });
});
