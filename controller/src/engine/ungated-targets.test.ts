import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const ungated = (number: number) =>
  aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, gate: 'absent', ungated: true });

test('Ungated targets are one event on their Service, however many they are and however often it runs.', async () => {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  world.cluster.putPod(ungated(1));
  world.start({ resyncMs: 20 });
  await until(() => world.cluster.said('TargetsWithoutGate') === 1);
  world.cluster.putPod(ungated(2));
  await until(() => '80/10.0.0.2:8080' in world.clb.picture(clbId));
  const asked = world.clb.healthAsks.length;
  await until(() => world.clb.healthAsks.length > asked + 3);
  expect(world.cluster.announcements.filter(({ reason }) => reason === 'TargetsWithoutGate')).toMatchObject([
    { about: 'shop/web', type: 'Warning' },
  ]);
});

test('Targets with the gate are not reported.', async () => {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
  world.start({ resyncMs: 20 });
  await until(() => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady');
  expect(world.cluster.said('TargetsWithoutGate')).toBe(0);
});
