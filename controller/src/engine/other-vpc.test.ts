import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const isServed = () => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady';
const reported = () => world.cluster.announcements.filter(({ reason }) => reason === 'LoadBalancerInOtherVpc');

test('A CLB in another VPC than VPC_ID says is reported once on its Service, and served all the same.', async () => {
  world.start({ vpcId: 'vpc-2', resyncMs: 20 });
  await until(isServed);
  const looks = world.clb.healthAsks.length;
  await until(() => world.clb.healthAsks.length > looks + 3);
  expect(reported()).toMatchObject([
    {
      about: 'shop/web',
      type: 'Warning',
      message: expect.stringContaining('CLB lb-one is in vpc-1, VPC_ID says vpc-2'),
    },
  ]);
});

test.each([
  ['in the VPC', 'vpc-1', false],
  ['in no VPC', '', false],
  ['in another VPC that SNAT Pro reaches', 'vpc-9', true],
])('A CLB %s is not reported.', async (_, vpcId, hasSnatPro) => {
  world.clb.addLoadBalancer(clbId, { vpcId, hasSnatPro });
  world.start({ resyncMs: 20 });
  await until(isServed);
  expect(reported()).toEqual([]);
});
