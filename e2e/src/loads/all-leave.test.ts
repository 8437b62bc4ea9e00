import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { patchType } from '@clb-direct/shared/kube/client/kube-api.ts';
import { podStatus } from '@clb-direct/shared/kube/client/paths.ts';
import { listenersOf } from '../support/clb.ts';
import { underLoad } from '../support/load.ts';
import { service } from '../support/manifests.ts';
import { apply, kubectl } from '../support/run.ts';
import { servingLong } from '../support/serving-long.ts';
import { until } from '../support/until.ts';

/** When all targets leave at once, they go on serving while their containers run, until a replacement is Alive. */
const namespace = 'e2e-all-leave';
const loadBalancerId = 'lb-leave002';
const vip = '198.51.100.95';
const { api, pods, roll, uidsNow, untilReady } = servingLong({ namespace, loadBalancerId, vip });

test.each([1, 3])('When all of %s pods are deleted at once, no request is lost.', async (replicas) => {
  await roll(replicas);
  await untilReady(replicas);
  const before = await uidsNow();
  const result = await underLoad(vip, 50, async () => {
    await kubectl(['-n', namespace, 'delete', 'pods', '--all', '--wait=false']);
    await untilReady(replicas, (uid) => !before.has(uid));
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
});

test('When a rollout begins right after the first health of a new Service, no request is lost.', async () => {
  await kubectl(['-n', namespace, 'delete', 'service', 'web']);
  await roll(2);
  // Before there is a Service the gates open, as nothing has to be waited for.
  await untilReady(2);
  const before = await uidsNow();
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await until(
    'one target that is Alive',
    async () => listenersOf(loadBalancerId),
    (all) => all.flatMap(({ targets }) => targets).some(({ health }) => health === 'Alive'),
    120_000,
  );
  const result = await underLoad(vip, 50, async () => {
    await roll(2, 'second');
    await untilReady(2, (uid) => !before.has(uid));
  });
  expect(result.failures).toEqual([]);
});

test('When the kubelet calls all pods unready for a moment, no request is lost.', async () => {
  await roll(3);
  await untilReady(3);
  const all = await pods();
  const conditions = ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'False' }));
  const result = await underLoad(vip, 50, async () => {
    const body = { status: { conditions } };
    await Promise.all(
      all.map(async ({ metadata }) => {
        const path = podStatus(namespace, metadata?.name ?? '');
        const { signal } = new AbortController();
        await api().call({ method: 'PATCH', path, body, contentType: patchType.strategicMerge, signal });
      }),
    );
    await sleep(6_000);
    await untilReady(3);
  });
  expect(result.failures).toEqual([]);
});
