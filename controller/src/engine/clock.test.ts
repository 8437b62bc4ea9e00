import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId, limits } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const hourMs = 3_600_000;
const apiServerAhead = (ms: number) => ({ nowMs: () => Date.now() + ms, offsetMs: () => ms });
const gate = () => world.cluster.gateOf('shop/web-1');

describe('the age of a pod is counted by the clock of the API server', () => {
  test('also when that of the node is behind', async () => {
    world.cluster.putPod(aPod({ labels: {}, createdAtMs: Date.now() + hourMs }));
    world.start({ clock: apiServerAhead(hourMs) });
    await until(() => gate() === 'True NoLoadBalancerSelectsPod');
  });

  test('also when that of the node is ahead', async () => {
    world.cluster.putPod(aPod({ name: 'old', labels: {}, createdAtMs: 0 }));
    world.cluster.putPod(aPod({ labels: {}, createdAtMs: Date.now() - hourMs + 60_000 }));
    world.start({ clock: apiServerAhead(-hourMs) });
    await until(() => world.cluster.gateOf('shop/old') === 'True NoLoadBalancerSelectsPod');
    await passMs(100);
    expect(gate()).toBe('unset');
  });
});

describe('a clock of the node that jumps', () => {
  const real = Date.now;
  let jumpedMs = 0;
  beforeEach(() => {
    jumpedMs = 0;
    Date.now = () => real() + jumpedMs;
  });
  afterEach(() => {
    Date.now = real;
  });

  test('does not end a drain', async () => {
    world.clb.firstHealth = 'Alive';
    world.cluster.putService(aNewService());
    for (const number of [1, 2]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
    world.start({ limits: { ...limits, drainMs: 60_000 }, resyncMs: 20 });
    await until(() => gate() === 'True LoadBalancerNetworkGroupReady');
    world.cluster.changePod('shop/web-1', { labels: {} });
    await until(() => world.clb.picture(clbId)['80/10.0.0.1:8080'] === 0);
    await passMs(50);
    jumpedMs = hourMs;
    await passMs(150);
    expect(world.clb.picture(clbId)).toEqual({ '80/10.0.0.1:8080': 0, '80/10.0.0.2:8080': 10 });
  });
});

describe('a clock that is off by more than a minute', () => {
  const own = aPod({ namespace: 'clb-direct', name: 'controller-1', gate: 'absent', labels: {} });

  test('is reported about the own pod, once an hour', async () => {
    world.cluster.putPod(own);
    world.start({ clock: apiServerAhead(600_000), resyncMs: 10 });
    await until(() => world.cluster.said('ClockSkewed') > 0);
    await passMs(100);
    expect(world.cluster.announcements.filter(({ reason }) => reason === 'ClockSkewed')).toMatchObject([
      { about: 'clb-direct/controller-1', type: 'Warning' },
    ]);
  });

  test('is not reported when it is off by less, or when the own pod is not known', async () => {
    world.start({ clock: apiServerAhead(600_000), resyncMs: 10 });
    await passMs(100);
    await passing(world.stop());
    world.cluster.putPod(own);
    world.start({ clock: apiServerAhead(-59_000), resyncMs: 10 });
    await passMs(100);
    expect(world.cluster.said('ClockSkewed')).toBe(0);
  });
});
