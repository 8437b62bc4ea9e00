import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const picture = () => world.clb.picture(clbId);
const opened = 'True LoadBalancerNetworkGroupReady';
const tags = () => [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].map(({ tag }) => tag);

test.each([
  ['IPv4', '10.0.0.1', '2001:db8::1', '80/10.0.0.1:8080'],
  ['IPv4', '2001:db8::1', '10.0.0.1', '80/10.0.0.1:8080'],
  ['IPv6', '10.0.0.1', '2001:db8::1', '80/2001:db8::1:8080'],
  ['IPv6', '2001:db8::1', '10.0.0.1', '80/2001:db8::1:8080'],
] as const)(
  'To an %s CLB a pod with %s and %s is the target %s, through its whole life.',
  async (targetFamily, ip, other, target) => {
    world.clb.addLoadBalancer(clbId, { targetFamily });
    world.cluster.putService(aNewService());
    world.cluster.putPod(aPod({ ip, moreIps: [other] }));
    world.start();
    await until(() => world.cluster.gateOf('shop/web-1') === opened);
    expect(picture()).toEqual({ [target]: 10 });
    // The same addresses again, for another pod: the old one's target is not taken for it.
    world.cluster.putPod(aPod({ uid: 'uid-new', ip, moreIps: [other] }));
    await until(() => tags().every((tag) => tag === 'uid-new') && tags().length === 1);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2', moreIps: ['2001:db8::2'] }));
    await until(() => Object.keys(picture()).length === 2);
    world.cluster.changePod('shop/web-1', { ending: true, containersReady: false });
    await until(() => picture()[target] === 0);
    world.cluster.removePod('shop/web-1');
    await until(() => !(target in picture()));
  },
);

test('A pod without an address of the family of the CLB is no target, and its gate and an event say so.', async () => {
  world.clb.addLoadBalancer(clbId, { targetFamily: 'IPv6' });
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
  world.start();
  await until(() => world.cluster.said('NoPodFits') > 0);
  await until(() => {
    const gate = world.cluster.pod('shop/web-1')?.gate;
    return typeof gate === 'object' && gate.message.includes('the pod has no IPv6 address');
  });
  expect(picture()).toEqual({});
  world.cluster.changePod('shop/web-1', { moreIps: ['2001:db8::1'] });
  await until(() => world.cluster.gateOf('shop/web-1') === opened);
});
