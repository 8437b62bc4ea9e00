import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '@clb-direct/shared/testing/until.ts';
import { aPod } from '../testing/builders.ts';
import { World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => world.stop());

const hourMs = 3_600_000;
const apiServerAhead = (ms: number) => ({ nowMs: () => Date.now() + ms, offsetMs: () => ms });
const pass = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
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
    await pass(100);
    expect(gate()).toBe('unset');
  });
});

describe('a clock that is off by more than a minute', () => {
  const own = aPod({ namespace: 'clb-direct', name: 'controller-1', gate: 'absent', labels: {} });

  test('is reported about the own pod, once an hour', async () => {
    world.cluster.putPod(own);
    world.start({ clock: apiServerAhead(600_000), resyncMs: 10 });
    await until(() => world.cluster.said('ClockSkewed') > 0);
    await pass(100);
    expect(world.cluster.announcements.filter(({ reason }) => reason === 'ClockSkewed')).toMatchObject([
      { about: 'clb-direct/controller-1', type: 'Warning' },
    ]);
  });

  test('is not reported when it is off by less, or when the own pod is not known', async () => {
    world.start({ clock: apiServerAhead(600_000), resyncMs: 10 });
    await pass(100);
    await world.stop();
    world.cluster.putPod(own);
    world.start({ clock: apiServerAhead(-59_000), resyncMs: 10 });
    await pass(100);
    expect(world.cluster.said('ClockSkewed')).toBe(0);
  });
});
