import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const picture = (id = clbId) => world.clb.picture(id);
const blue = '80/10.0.0.1:8080';
const green = '80/10.0.0.2:8080';
/** Longer than the setting of this world, 20 ms. */
const pass = async () => passMs(200);

async function servingBlue(targetDrainSeconds: string): Promise<void> {
  world.cluster.putService(aNewService({ targetDrainSeconds, selector: { color: 'blue' } }));
  world.cluster.putPod(aPod({ labels: { color: 'blue' } }));
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2', labels: { color: 'green' } }));
  world.start();
  await until(() => picture()[blue] === 10);
}

test('Blue drains after a switch to green as long as the Service says, and a change counts at once.', async () => {
  await servingBlue('3600');
  world.cluster.changeService('shop/web', { selector: { color: 'green' } });
  await until(() => picture()[green] === 10 && picture()[blue] === 0);
  await pass();
  expect(picture()).toEqual({ [blue]: 0, [green]: 10 });
  world.cluster.changeService('shop/web', { targetDrainSeconds: '0' });
  await until(() => !(blue in picture()));
});

test('The listener of a Service that moved to another CLB is drained as long as the Service says.', async () => {
  world.clb.addLoadBalancer('lb-two');
  await servingBlue('3600');
  world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two' });
  await until(() => picture('lb-two')[blue] === 10 && picture()[blue] === 0);
  await pass();
  expect(world.clb.listenersOf(clbId)).toHaveLength(1);
  world.cluster.changeService('shop/web', { targetDrainSeconds: '0' });
  await until(() => world.clb.listenersOf(clbId).length === 0);
});
