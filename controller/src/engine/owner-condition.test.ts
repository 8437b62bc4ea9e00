import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
const condition = () => world.cluster.service('shop/web')?.condition;
const statuses = () => world.cluster.conditionWrites.map(({ condition: one }) => one?.status ?? 'removed');
const isReady = () => condition()?.status === 'True';

/** Enough runs that whatever is written by then is all. */
async function someRuns(): Promise<void> {
  const looks = world.clb.healthAsks.length;
  await until(() => world.clb.healthAsks.length > looks + 5);
}

beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

test('A new Service becomes ready in two writes, and at rest or after a restart nothing is written.', async () => {
  world.start({ resyncMs: 20 });
  await until(isReady);
  expect(statuses()).toEqual(['False', 'True']);
  await someRuns();
  await passing(world.stop());
  world.start({ resyncMs: 20 });
  await someRuns();
  expect(statuses()).toEqual(['False', 'True']);
});

test('A rollout writes nothing, because some target serves all the time.', async () => {
  world.start({ resyncMs: 20 });
  await until(isReady);
  for (const number of [2, 3, 4]) {
    const [now, before] = [`web-${number}`, `web-${number - 1}`];
    world.cluster.putPod(aPod({ name: now, ip: `10.0.0.${number}` }));
    await until(() => world.cluster.gateOf(`shop/${now}`).startsWith('True'));
    world.cluster.changePod(`shop/${before}`, { ending: true });
    await someRuns();
    world.cluster.removePod(`shop/${before}`);
  }
  await someRuns();
  expect(statuses()).toEqual(['False', 'True']);
});

test('When the check of the last target fails the condition says so, and recovers with it.', async () => {
  world.start({ resyncMs: 20 });
  await until(isReady);
  world.clb.setHealth('Dead');
  await until(() => condition()?.reason === 'LoadBalancerNotReady');
  world.clb.setHealth('Alive');
  await until(isReady);
  expect(statuses()).toEqual(['False', 'True', 'False', 'True']);
});

test('Health alone makes it ready, without a look at the CLB.', async () => {
  world.clb.firstHealth = 'Unknown';
  world.cluster.changePod('shop/web-1', { gate: 'absent' });
  world.start();
  await until(() => condition()?.status === 'False');
  await someRuns();
  world.clb.setHealth('Alive');
  await until(isReady);
});

test('A condition that somebody else changed is written again.', async () => {
  world.start();
  await until(isReady);
  world.cluster.changeService('shop/web', { condition: { status: 'False', reason: 'Mine', message: '' } });
  await until(isReady);
});

test('It goes with the mark.', async () => {
  world.start();
  await until(isReady);
  world.cluster.changeService('shop/web', { managed: 'false' });
  await until(() => world.cluster.service('shop/web')?.hasFinalizer === false);
  await until(() => condition() === undefined);
});
