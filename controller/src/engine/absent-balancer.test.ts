import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import type { FakeLoadBalancer } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(async () => {
  world = new World();
  world.clb.addLoadBalancer('lb-two');
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
  world.start();
  await until(() => world.cluster.recordOf(clbId)?.owners[0]?.places.length === 1);
});
afterEach(async () => passing(world.stop()));

const service = () => world.cluster.service('shop/web');
const isRecorded = () => world.cluster.recordOf(clbId)?.owners.some((one) => one.releasedAtMs === undefined) === true;
const pass = async () => passMs(150);

/** A wrong REGION, or a CAM policy: the cloud answers as if there were no such CLB. */
function hide(): FakeLoadBalancer {
  const hidden = world.clb.balancers.get(clbId);
  if (hidden === undefined) throw new Error('it is hidden already');
  world.clb.balancers.delete(clbId);
  return hidden;
}

describe('A CLB that is not found while its Service', () => {
  test('ends keeps record and finalizer, and loses its listener when it is found again.', async () => {
    const hidden = hide();
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.said('LoadBalancerNotFound') > 0);
    await pass();
    expect([service()?.hasFinalizer, isRecorded()]).toEqual([true, true]);
    world.clb.balancers.set(clbId, hidden);
    world.cluster.changeService('shop/web', { selector: { app: 'changed' } });
    await until(() => service() === undefined);
    expect(world.clb.listenersOf(clbId)).toEqual([]);
  });

  test('ends is told with what to do.', async () => {
    hide();
    world.cluster.deleteService('shop/web');
    const told = () => world.cluster.announcements.find(({ message }) => message.includes('counts as deleted'));
    await until(() => told() !== undefined);
    expect(told()?.message).toBe(
      'If CLB lb-one in region ap-test still exists, correct REGION or the CAM policy: it is not found, and when ' +
        'that has lasted 2 min it counts as deleted and this Service is let go. If it was deleted, wait.',
    );
  });

  test('moves to another CLB keeps its record, and is let go in order when it is found again.', async () => {
    const hidden = hide();
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two' });
    await until(() => '80/10.0.0.1:8080' in world.clb.picture('lb-two'));
    await pass();
    expect(isRecorded()).toBe(true);
    world.clb.balancers.set(clbId, hidden);
    world.cluster.changeService('shop/web', { moveKeepSeconds: '0' });
    await until(() => world.clb.listenersOf(clbId).length === 0 && !isRecorded());
  });
});

describe('A CLB that carries traffic and is not found for a while', () => {
  const targets = () => world.clb.picture(clbId);

  beforeEach(async () => {
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => Object.keys(targets()).length === 2);
  });

  async function hiddenFor(ms: number): Promise<void> {
    const hidden = hide();
    world.cluster.changeService('shop/web', { selector: { app: 'web' }, moveKeepSeconds: '1' });
    await until(() => world.state?.of(clbId)?.phase === 'absent');
    await passMs(ms);
    world.clb.balancers.set(clbId, hidden);
  }

  test('is drained for a pod that ends, as soon as it shows again.', async () => {
    await hiddenFor(100);
    world.cluster.putPod(aPod({ ending: true }));
    await until(() => targets()['80/10.0.0.1:8080'] === 0, 500);
  });

  test.each([1_000, 100_000])('is found again soon after %d ms, whatever happens to its pods.', async (ms) => {
    await hiddenFor(ms);
    await until(() => world.state?.of(clbId)?.phase === 'seen', 15_000);
  });

  test('is found again soon by a controller that starts meanwhile.', async () => {
    await passing(world.stop());
    const hidden = hide();
    world.start();
    await until(() => world.state?.of(clbId)?.phase === 'absent');
    await passMs(200_000);
    world.clb.balancers.set(clbId, hidden);
    await until(() => world.state?.of(clbId)?.phase === 'seen', 15_000);
  });
});

describe('A CLB that is not found for long', () => {
  const soon = { seenBeforeMs: 100, neverSeenMs: 300 };
  const counted = () => world.cluster.said('LoadBalancerCountsAsDeleted');

  test('counts as deleted: a Service that ends is let go, and told so.', async () => {
    await passing(world.stop());
    world.start({ absence: soon });
    await until(() => world.state?.of(clbId)?.phase === 'seen');
    hide();
    world.cluster.deleteService('shop/web');
    await until(() => service() === undefined);
    expect([isRecorded(), counted()]).toEqual([false, 1]);
  });

  test('counts as deleted also where it was never seen, and where the object is gone.', async () => {
    await passing(world.stop());
    hide();
    world.cluster.removeService('shop/web');
    world.start({ absence: soon });
    await until(() => world.state?.of(clbId)?.phase === 'absent');
    expect(isRecorded()).toBe(true);
    await until(() => !isRecorded());
  });

  test('lets nothing go of a Service that wants to be there.', async () => {
    await passing(world.stop());
    hide();
    world.start({ absence: { seenBeforeMs: 0, neverSeenMs: 0 } });
    for (let look = 0; look < 5; look += 1) {
      world.cluster.changeService('shop/web', { selector: { app: `app-${look}` } });
      await pass();
    }
    expect(world.state?.of(clbId)?.absence?.isProven).toBe(true);
    expect([isRecorded(), service()?.hasFinalizer, counted()]).toEqual([true, true, 0]);
  });
});
