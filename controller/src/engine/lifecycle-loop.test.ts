import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ListenerAnswer } from '../core/model/clb-port.ts';
import { aListener, aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

test('A marked Service that is no load balancer is reported once, and nothing is made for it.', async () => {
  world.cluster.putService(aNewService({ type: 'ClusterIP' }));
  world.cluster.putService(aNewService({ name: 'plain', type: 'ClusterIP', managed: undefined }));
  world.start({ resyncMs: 20 });
  await until(() => world.cluster.said('TypeNotLoadBalancer') === 1);
  world.cluster.changeService('shop/web', { type: 'LoadBalancer' });
  await until(() => '80' in world.clb.picture(clbId) || world.cluster.service('shop/web')?.ingress.length === 1);
  expect(world.cluster.announcements.filter(({ reason }) => reason === 'TypeNotLoadBalancer')).toMatchObject([
    { about: 'shop/web', type: 'Warning' },
  ]);
  expect(world.cluster.service('shop/plain')).toMatchObject({ hasFinalizer: false, ingress: [] });
});

describe('After a restart', () => {
  const ensured = () =>
    world.cluster.announcements.filter(({ reason }) => reason === 'LoadBalancerEnsured').map(({ message }) => message);
  const isOpen = () => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady';

  async function restart(): Promise<void> {
    await passing(world.stop());
    world.cluster.announcements.splice(0);
    world.start({ resyncMs: 20 });
  }

  /** Enough runs that whatever is said by then is all. */
  async function someRuns(): Promise<void> {
    const looks = world.clb.healthAsks.length;
    await until(() => world.clb.healthAsks.length > looks + 5);
  }

  beforeEach(async () => {
    world.clb.firstHealth = 'Alive';
    world.cluster.putService(aNewService({ ports: [aPort(), aPort({ port: 81 })] }));
    world.cluster.putPod(aPod());
    world.start();
    await until(isOpen);
  });

  test('a Service whose ports are all served gets the event once.', async () => {
    await restart();
    await until(() => ensured().length > 0);
    await someRuns();
    expect(ensured()).toEqual(['Clients reach this Service at 192.0.2.1.']);
  });

  test('a Service that is served gets it although a field has no effect, and FieldWithoutEffect too.', async () => {
    world.cluster.changeService('shop/web', { loadBalancerSourceRanges: ['192.0.2.0/24'] });
    await restart();
    await until(() => ensured().length > 0);
    await someRuns();
    expect([ensured().length, world.cluster.said('FieldWithoutEffect')]).toEqual([1, 1]);
  });

  test('a Service with a port in conflict or failing its check gets it only after recovery.', async () => {
    await passing(world.stop());
    const listeners = world.clb.balancers.get(clbId)?.listeners ?? new Map<string, ListenerAnswer>();
    const mine = [...listeners.values()].find(({ port }) => port === 81) ?? aListener();
    const theirs = { ...mine, id: 'lbl-theirs', name: 'theirs' };
    listeners.delete(mine.id);
    listeners.set(theirs.id, theirs);
    await restart();
    await someRuns();
    expect(ensured()).toEqual([]);
    world.clb.setHealth('Dead');
    listeners.delete(theirs.id);
    listeners.set(mine.id, mine);
    await someRuns();
    expect(ensured()).toEqual([]);
    world.clb.setHealth('Alive');
    await until(() => ensured().length > 0);
  });
});
