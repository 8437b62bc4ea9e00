import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, listenersOf, withFault } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { eventsOf, gateOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, ask } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-refused';
const loadBalancerId = 'lb-refused1';
const vip = '198.51.100.21';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await apply(deployment(namespace, 2, { app: 'web' }));
  await until('both pods to be ready', pods, (all) => all.length === 2 && all.every(isReady));
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const pods = async () => living(await podsOf(api, namespace, 'web'));
const generation = async (name: string) =>
  (await pods()).filter((pod) => pod.spec?.containers[0]?.env?.[0]?.value === name);

test('While the CLB refuses probes of new pods, the rollout halts and old pods serve; then it ends.', async () => {
  const old = (await pods()).map(({ metadata }) => metadata?.name);

  await withFault('refuse-new', { kind: 'refuse-probes', loadBalancerId }, async () => {
    await apply(deployment(namespace, 2, { app: 'web', env: { GENERATION: 'new' } }));
    const [fresh] = await until(
      'the new pod to fail the check',
      async () => generation('new'),
      (all) => all.some((pod) => gateOf(pod)?.message?.includes('health check fails') === true),
    );
    expect(fresh === undefined ? undefined : isReady(fresh)).toBe(false);
    expect(fresh === undefined ? undefined : gateOf(fresh)?.status).toBe('False');
    const found = await until(
      'an event that says why',
      async () => eventsOf(api, namespace, fresh?.metadata?.name ?? ''),
      (all) => all.some(({ reason }) => reason === 'HealthCheckFailing'),
    );
    expect(found.find(({ reason }) => reason === 'HealthCheckFailing')?.message).toContain(
      `TCP/80 of ${loadBalancerId}`,
    );

    const still = (await pods()).map(({ metadata }) => metadata?.name);
    expect(still).toEqual(expect.arrayContaining(old));
    for (let i = 0; i < 10; i += 1) expect((await ask(vip)).pod).toMatch(/^web-/);
  });

  await until(
    'the rollout to complete by itself',
    pods,
    (all) => all.length === 2 && all.every((pod) => isReady(pod) && !old.includes(pod.metadata?.name)),
  );
  const names = new Set((await pods()).map(({ status }) => status?.podIP));
  const targets = await until(
    'the targets to be the new pods',
    async () => (await listenersOf(loadBalancerId))[0]?.targets ?? [],
    (all) => all.length === 2,
  );
  expect(new Set(targets.map(({ ip }) => ip))).toEqual(names);
});
