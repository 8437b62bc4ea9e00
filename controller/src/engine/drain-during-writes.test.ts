import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const weightOf = (port: number, ip: string) => world.clb.picture(clbId)[`${port}/${ip}:8080`];
const writesOf = (action: string) => world.clb.writes.filter((write) => write.action === action).length;

test('A pod that ends gets its weight 0 by the next write, while those of another namespace are slow.', async () => {
  const ports = [81, 82, 83, 84];
  for (const number of [1, 2]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.cluster.putPod(aPod({ namespace: 'busy', name: 'many-1', uid: 'uid-many-1', ip: '10.0.1.1' }));
  world.cluster.putService(aNewService());
  world.cluster.putService(
    aNewService({ namespace: 'busy', name: 'many', uid: 'uid-many', ports: ports.map((port) => aPort({ port })) }),
  );
  world.start({ placeRules: forEveryone });
  await until(() => weightOf(84, '10.0.1.1') === 10 && weightOf(80, '10.0.0.1') === 10);
  await passMs(1_000);
  world.clb.before = async (action) => {
    if (action === 'deleteListener') await new Promise((resolve) => setTimeout(resolve, 7_000));
  };
  world.cluster.changeService('busy/many', { ports: [aPort({ port: 90 })] });
  await until(() => writesOf('createListeners') > 1);
  const isDeleting = async () => until(() => writesOf('deleteListener') > 0, 60_000);
  await isDeleting();
  await passMs(1_000);
  world.cluster.changePod('shop/web-1', { ending: true });
  const before = world.clb.writes.length;
  await until(() => weightOf(80, '10.0.0.1') === 0, 10_000);
  const actions = world.clb.writes.slice(before).map(({ action }) => action);
  expect(actions.filter((action) => action === 'deleteListener').length).toBeLessThanOrEqual(1);
  await until(() => writesOf('deleteListener') === ports.length, 90_000);
});
