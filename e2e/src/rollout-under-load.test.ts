import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer } from './support/clb.ts';
import { connect } from './support/cluster.ts';
import { deleteNamespaces } from './support/delete-namespaces.ts';
import { underLoad } from './support/load.ts';
import { deployment, namespaceOf, service } from './support/manifests.ts';
import { isReady, living, podsOf } from './support/pods.ts';
import { apply } from './support/run.ts';
import { until } from './support/until.ts';

const namespace = 'e2e-load';
const loadBalancerId = 'lb-load0001';
const vip = '198.51.100.24';
const image = { STOP_DELAY_MS: '4000' };
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await apply(deployment(namespace, 4, { app: 'web', env: image }));
  await untilReady('');
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

async function untilReady(generation: string): Promise<void> {
  await until(
    `four ready pods of generation "${generation}" and no other pod`,
    async () => podsOf(api, namespace, 'web'),
    (all) =>
      all.length === 4 &&
      living(all).every(isReady) &&
      all.every((pod) => generation === '' || JSON.stringify(pod.spec).includes(`"${generation}"`)),
    300_000,
  );
}

test('A rolling update under steady load loses no request, and every new pod serves.', async () => {
  const result = await underLoad(vip, 100, async () => {
    await apply(deployment(namespace, 4, { app: 'web', env: { ...image, GENERATION: 'second' } }));
    await untilReady('second');
  });

  expect(result.failures).toEqual([]);
  expect(result.ok).toBe(result.sent);
  expect(result.ok).toBeGreaterThan(200);
  const names = (await podsOf(api, namespace, 'web')).map(({ metadata }) => metadata?.name ?? '');
  for (const name of names) expect(result.pods[name]).toBeGreaterThan(0);
});
