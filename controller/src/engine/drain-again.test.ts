import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const weightOf = (number: number) => world.clb.picture(clbId)[`80/10.0.0.${number}:8080`];
const failure = () => apiError('transient', 'InternalError', 'try again');

test('A weight 0 that failed is sent again while the CLB cannot be looked at, until it is there.', async () => {
  for (const number of [1, 2]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.cluster.putService(aNewService());
  world.start();
  await until(() => [1, 2].every((number) => world.cluster.gateOf(`shop/web-${number}`).startsWith('True')));
  await passMs(500);
  let writes = 0;
  world.clb.fail = (action) => {
    if (action === 'setWeight') writes += 1;
    return action === 'describeTargets' || (action === 'setWeight' && writes === 1) ? failure() : undefined;
  };
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => weightOf(1) === 0);
  await passMs(5_000);
  expect([writes, weightOf(2)]).toEqual([2, 10]);
});
