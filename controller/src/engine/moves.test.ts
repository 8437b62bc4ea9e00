import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { targetKey, type Health } from '../core/model/target.ts';
import { aNewService, aPod, clbId, limits } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
const other = 'lb-two';
const addPod = (number: number) =>
  world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, createdAtMs: number }));
const addPodNow = (number: number) => {
  const now = { createdAtMs: Date.now(), containersReadyAtMs: Date.now() };
  world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, ...now }));
};
const isOpen = (number: number) => world.cluster.gateOf(`shop/web-${number}`) === 'True LoadBalancerNetworkGroupReady';
const at = (id: string) => JSON.stringify(world.clb.picture(id));
const published = () => world.cluster.service('shop/web')?.ingress.join();
const move = () => world.cluster.changeService('shop/web', { existingLoadBalancer: other });
function setHealthAt(id: string, health: Health): void {
  const { targets } = world.clb.balancers.get(id) ?? {};
  world.clb.setHealth(health, (target) => targets?.get(targetKey(target)) === target);
}
const web = (number: number, weight = 10) => ({ [`80/10.0.0.${number}:8080`]: weight });

beforeEach(() => {
  world = new World();
  world.clb.addLoadBalancer(other, { vips: ['192.0.2.2'] });
});
afterEach(async () => passing(world.stop()));

async function serving(moveKeepMs: number, more: Parameters<typeof aNewService>[0] = {}): Promise<void> {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService(more));
  addPod(1);
  world.start({ limits: { ...limits, drainMs: 20, gatherMs: 20, moveKeepMs } });
  await until(() => isOpen(1));
  world.clb.firstHealth = 'Unknown';
}

describe('a Service that moves to another CLB', () => {
  test('publishes the new address when it carries, without a resync', async () => {
    await serving(600_000);
    move();
    await until(() => at(other) === JSON.stringify(web(1)));
    const asked = world.clb.healthAsks.length;
    await until(() => world.clb.healthAsks.length > asked + 3);
    expect(published()).toBe('192.0.2.1');
    world.clb.setHealth('Alive');
    await until(() => published() === '192.0.2.2');
    expect(world.cluster.said('LoadBalancerMoving')).toBe(1);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  test('publishes the new address at once when it has no pods', async () => {
    await serving(600_000);
    world.cluster.removePod('shop/web-1');
    move();
    await until(() => published() === '192.0.2.2');
  });

  test('keeps its address while no pod fits the new CLB', async () => {
    world.clb.addLoadBalancer(other, { vips: ['2001:db8::1'], targetFamily: 'IPv6' });
    await serving(50);
    move();
    await until(() => world.cluster.said('NoPodFits') > 0);
    await passMs(5_000);
    expect([published(), at(clbId)]).toEqual(['192.0.2.1', JSON.stringify(web(1))]);
  });

  test('keeps its address while its pods are not ready', async () => {
    await serving(50);
    world.cluster.changePod('shop/web-1', { containersReady: false });
    await passMs(300);
    move();
    await until(() => world.clb.listenersOf(other).length === 1);
    await passMs(5_000);
    expect([published(), at(clbId), at(other)]).toEqual(['192.0.2.1', JSON.stringify(web(1)), '{}']);
    world.cluster.changePod('shop/web-1', { containersReady: true });
    await until(() => at(other) === JSON.stringify(web(1)));
    world.clb.setHealth('Alive');
    await until(() => published() === '192.0.2.2');
  });

  test('has new pods on both CLBs, and none that end', async () => {
    await serving(600_000);
    move();
    await until(() => at(other) === JSON.stringify(web(1)));
    world.clb.setHealth('Alive');
    await until(() => published() === '192.0.2.2');
    addPod(2);
    await until(() => at(clbId) === JSON.stringify({ ...web(1), ...web(2) }) && at(other) === at(clbId));
    world.clb.setHealth('Alive');
    world.cluster.changePod('shop/web-1', { ending: true });
    await until(() => at(clbId) === JSON.stringify({ ...web(1, 0), ...web(2) }) && at(other) === at(clbId));
    world.cluster.removePod('shop/web-1');
    await until(() => at(clbId) === JSON.stringify(web(2)) && at(other) === at(clbId));
  });

  test('has new pods also at a listener that somebody else made, and none that end', async () => {
    world.clb.addListener(clbId, { id: 'lbl-team', name: 'made-by-terraform', protocol: 'TCP', port: 443 });
    await serving(600_000, { existingListeners: '80=lbl-team' });
    world.cluster.changeService('shop/web', { existingLoadBalancer: other, existingListeners: undefined });
    await until(() => at(other) === JSON.stringify(web(1)));
    world.clb.setHealth('Alive');
    await until(() => published() === '192.0.2.2');
    addPod(2);
    const theirs = (...weights: readonly number[]) =>
      JSON.stringify(Object.fromEntries(weights.map((weight, index) => [`443/10.0.0.${index + 1}:8080`, weight])));
    await until(() => at(clbId) === theirs(10, 10));
    world.clb.setHealth('Alive');
    world.cluster.changePod('shop/web-1', { ending: true });
    await until(() => at(clbId) === theirs(0, 10));
  });

  test('is let go by the old CLB when the time is over', async () => {
    await serving(150);
    move();
    await until(() => at(other) === JSON.stringify(web(1)));
    world.clb.setHealth('Alive');
    const fromMs = performance.now();
    await until(() => at(clbId) !== JSON.stringify(web(1)));
    expect(performance.now() - fromMs).toBeGreaterThan(140);
    await until(() => world.clb.listenersOf(clbId).length === 0);
    await until(() => world.cluster.service('shop/web')?.recordedLoadBalancers.join() === other);
    expect(at(other)).toBe(JSON.stringify(web(1)));
  });

  test('has gates that wait for the old CLB too while it is kept', async () => {
    await serving(600_000);
    move();
    await until(() => at(other) === JSON.stringify(web(1)));
    world.clb.setHealth('Alive');
    await until(() => published() === '192.0.2.2');
    addPodNow(2);
    await until(() => at(clbId) === JSON.stringify({ ...web(1), ...web(2) }) && at(other) === at(clbId));
    setHealthAt(other, 'Alive');
    await passMs(60_000);
    expect(isOpen(2)).toBe(false);
    setHealthAt(clbId, 'Alive');
    await until(() => isOpen(2));
  });

  test.each([
    ['Dead', 20_000],
    ['Unknown', 20_000],
  ] as const)(
    'has gates that wait no longer than the old CLB is kept, whose targets are %s',
    async (health, keepMs) => {
      await serving(keepMs);
      move();
      await until(() => at(other) === JSON.stringify(web(1)));
      addPodNow(2);
      await until(() => at(other).includes('10.0.0.2') && at(clbId).includes('10.0.0.2'));
      setHealthAt(clbId, health);
      setHealthAt(other, 'Alive');
      await passMs(5_000);
      expect(isOpen(2)).toBe(false);
      await until(() => isOpen(2), keepMs + 10_000);
    },
  );

  test('has gates that do not wait for an old CLB that is deleted', async () => {
    await serving(600_000);
    move();
    await until(() => at(other) === JSON.stringify(web(1)));
    addPodNow(2);
    await until(() => at(other).includes('10.0.0.2') && at(clbId).includes('10.0.0.2'));
    setHealthAt(other, 'Alive');
    await passMs(1_000);
    expect(isOpen(2)).toBe(false);
    world.clb.balancers.delete(clbId);
    await passMs(5_000);
    expect(isOpen(2)).toBe(false);
    await until(() => isOpen(2), 300_000);
  });

  test('has gates that do not wait for the old CLB where it refuses the pod', async () => {
    await serving(600_000);
    world.clb.firstHealth = 'Alive';
    const refused = new CloudError('it is refused', { kind: 'refused', code: 'X', action: 'X' });
    world.clb.fail = (action, id) => (action === 'register' && id === clbId ? refused : undefined);
    move();
    addPodNow(2);
    await until(() => isOpen(2));
    expect(at(clbId)).toBe(JSON.stringify(web(1)));
  });
});
