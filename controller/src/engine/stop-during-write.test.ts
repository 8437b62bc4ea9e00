import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const picture = () => world.clb.picture(clbId);

test('A write that hangs keeps the Lease for some seconds only, and ends late without harm.', async () => {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  for (const number of [1, 2]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.start();
  await until(() => world.cluster.gateOf('shop/web-2').startsWith('True'));
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  let isAsked = false;
  world.clb.before = async (action) => {
    if (action !== 'setWeight') return;
    isAsked = true;
    await late;
  };
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => isAsked);
  let isEnded = false;
  const ended = world.stop().then(() => (isEnded = true));
  await passMs(4_900);
  expect(isEnded).toBe(false);
  await passMs(200);
  await ended;
  world.clb.before = () => undefined;
  world.start();
  await until(() => picture()['80/10.0.0.1:8080'] === 0);
  world.cluster.removePod('shop/web-1');
  await until(() => !('80/10.0.0.1:8080' in picture()));
  resolve(undefined);
  await passMs(1_000);
  expect(picture()).toEqual({ '80/10.0.0.2:8080': 10 });
});
