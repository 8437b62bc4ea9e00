import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
const addPod = (number: number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
const isOpen = (number: number) => world.cluster.gateOf(`shop/web-${number}`) === 'True LoadBalancerNetworkGroupReady';
const names = () => world.clb.listenersOf(clbId).map(({ name }) => name);

beforeEach(async () => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  addPod(1);
  addPod(2);
  world.start({ resyncMs: 100 });
  await until(() => isOpen(1) && isOpen(2));
});
afterEach(async () => passing(world.stop()));

/** In the console. */
function renameByHand(name = 'mine'): void {
  const balancer = world.clb.balancers.get(clbId);
  for (const [id, listener] of [...(balancer?.listeners ?? [])]) balancer?.listeners.set(id, { ...listener, name });
}

test('A listener that was renamed by hand gets its name back, is reported, and its pods go on draining', async () => {
  renameByHand();
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => names().join() === 'clb-direct_cls-test_uid-web');
  await until(() => world.clb.picture(clbId)['80/10.0.0.1:8080'] === 0);
  expect(world.cluster.said('ListenerRenamed')).toBe(1);
  expect(world.cluster.said('ListenerConflict')).toBe(0);
  expect(world.cluster.announcements.find(({ reason }) => reason === 'ListenerRenamed')?.message).toContain('"mine"');
});

test('A pod that ends drains also while the CLB does not take the name', async () => {
  renameByHand();
  world.clb.fail = (action) => (action === 'modifyListener' ? new Error('not now') : undefined);
  addPod(3);
  await until(() => isOpen(3));
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => world.clb.picture(clbId)['80/10.0.0.1:8080'] === 0);
  expect(names()).toEqual(['mine']);
});

test('When its Service is deleted it goes as well, also after a restart', async () => {
  await passing(world.stop());
  renameByHand('a\nb');
  world.cluster.deleteService('shop/web');
  world.start();
  await until(() => world.cluster.service('shop/web') === undefined);
  expect(names()).toEqual([]);
});

test('Without targets it stays a stranger', async () => {
  for (const number of [1, 2]) {
    world.cluster.changePod(`shop/web-${number}`, { ending: true });
    world.cluster.removePod(`shop/web-${number}`);
  }
  await until(() => Object.keys(world.clb.picture(clbId)).length === 0);
  renameByHand();
  await until(() => world.cluster.said('ListenerConflict') === 1);
  addPod(3);
  await until(() => world.cluster.gateOf('shop/web-3').startsWith('False'));
  expect(world.clb.picture(clbId)).toEqual({});
  expect(names()).toEqual(['mine']);
});
