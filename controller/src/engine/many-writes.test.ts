import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World, forEveryone } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

test('A namespace that changes many listeners all the time keeps no other one from deleting its own.', async () => {
  const ports = Array.from({ length: 12 }, (_, at) => aPort({ port: 1_000 + at }));
  const busy = {
    namespace: 'busy',
    name: 'flap',
    uid: 'uid-flap',
    createdAtMs: 9_000,
    selector: { app: 'flap' },
    ports,
  };
  world.cluster.putService(aNewService({ ports: [aPort({ port: 443 })] }));
  world.cluster.putService(aNewService(busy));
  world.start({ placeRules: forEveryone });
  await until(() => world.clb.listenersOf(clbId).length === 1 + ports.length);
  await passMs(500);
  const modify = world.clb.modifyListener.bind(world.clb);
  world.clb.modifyListener = async (...of) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await modify(...of);
  };
  world.cluster.deleteService('shop/web');
  for (let change = 0; change < 20 && world.cluster.service('shop/web') !== undefined; change += 1) {
    const annotations = { [annotation.deregisterTargetRst]: change % 2 === 0 ? 'false' : 'true' };
    world.cluster.changeService('busy/flap', { annotations });
    await passMs(4_000);
  }
  expect(world.cluster.service('shop/web')).toBeUndefined();
});
