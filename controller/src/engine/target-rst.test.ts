import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aListener, aPod, aService, aTarget, clbId } from '../testing/builders.ts';
import { refused } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
/** A Service that an older version served: its listeners stand without RST. */
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aService());
  world.cluster.putPod(aPod());
  world.clb.addListener(clbId, aListener({ settings: { deregisterTargetRst: false } }));
  world.clb.addTarget(clbId, aTarget());
});
afterEach(async () => passing(world.stop()));

const hasRst = () => world.clb.listenersOf(clbId).map(({ settings }) => settings.deregisterTargetRst);
const opened = () => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady';
const countCalls = () => {
  const counts = { modify: 0, looks: 0 };
  world.clb.before = (action) => {
    if (action === 'modifyListener') counts.modify += 1;
    if (action === 'describeListeners') counts.looks += 1;
  };
  return counts;
};

test('Listeners of an older version get RST once, and their targets and weights are not touched.', async () => {
  const counts = countCalls();
  world.start({ resyncMs: 20 });
  await until(() => opened() && hasRst()[0] === true && counts.looks > 5);
  expect(counts.modify).toBe(1);
  expect(world.clb.writes.map(({ action }) => action)).toEqual(['modifyListener']);
});

test('A CLB that knows no RST is asked once and says so once, and everything else goes on.', async () => {
  const counts = countCalls();
  world.clb.fail = (action) => {
    return action === 'modifyListener'
      ? refused('UnsupportedOperation', 'DeregisterTargetRst is not for it')
      : undefined;
  };
  world.start({ resyncMs: 20 });
  await until(() => opened() && world.cluster.said('CloudRefused') === 1);
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => world.cluster.gateOf('shop/web-2') === 'True LoadBalancerNetworkGroupReady');
  const { looks } = counts;
  await until(() => counts.looks > looks + 5);
  expect([counts.modify, world.cluster.said('CloudRefused'), hasRst()]).toEqual([1, 1, [false]]);
});
