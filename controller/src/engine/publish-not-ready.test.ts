import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService({ publishNotReadyAddresses: true }));
});
afterEach(async () => passing(world.stop()));

const picture = () => world.clb.picture(clbId);
const opened = 'True LoadBalancerNetworkGroupReady';

test('A pod is a target from having an IP, and its gate waits for its containers.', async () => {
  world.cluster.putPod(aPod({ ip: undefined, containersReady: false }));
  world.start();
  await until(() => world.clb.balancers.get(clbId)?.listeners.size === 1);
  expect(picture()).toEqual({});
  world.cluster.changePod('shop/web-1', { ip: '10.0.0.1' });
  await until(() => picture()['80/10.0.0.1:8080'] === 10);
  await until(() => world.cluster.gateOf('shop/web-1') === 'False LoadBalancerNotReady');
  world.cluster.changePod('shop/web-1', { containersReady: true });
  await until(() => world.cluster.gateOf('shop/web-1') === opened);
  world.cluster.changePod('shop/web-1', { containersReady: false });
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => picture()['80/10.0.0.2:8080'] === 10);
  expect(picture()['80/10.0.0.1:8080']).toBe(10);
});

test('A pod that ends drains, and one that has finished leaves.', async () => {
  for (const name of ['web-1', 'web-2', 'web-3']) world.cluster.putPod(aPod({ name, ip: `10.0.0.${name.slice(-1)}` }));
  world.start();
  await until(() => Object.keys(picture()).length === 3);
  world.cluster.changePod('shop/web-1', { ending: true });
  world.cluster.changePod('shop/web-2', { finished: true, containersReady: false });
  await until(() => picture()['80/10.0.0.1:8080'] === 0 && !('80/10.0.0.2:8080' in picture()));
  expect(picture()['80/10.0.0.3:8080']).toBe(10);
});

test('When the field is taken away, pods that are not ready lose their weight.', async () => {
  world.cluster.putPod(aPod());
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2', containersReady: false }));
  world.start();
  await until(() => picture()['80/10.0.0.2:8080'] === 10);
  world.cluster.changeService('shop/web', { publishNotReadyAddresses: false });
  await until(() => picture()['80/10.0.0.2:8080'] === 0);
  expect(picture()['80/10.0.0.1:8080']).toBe(10);
});
