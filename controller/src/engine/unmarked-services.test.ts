import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
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

const web = () => world.cluster.service('shop/web');
const listeners = () => world.clb.listenersOf(clbId).map(({ port }) => port);
const plain = (overrides: Partial<ServiceFacts> = {}) => aNewService({ managed: undefined, ...overrides });

function start(unmarked: 'ours' | 'ignore', service: ServiceFacts): void {
  world.cluster.unmarked = unmarked;
  world.cluster.putService(service);
  world.cluster.putPod(aPod());
  world.start({ resyncMs: 20 });
}

describe('A LoadBalancer Service without class and annotation', () => {
  test.each<ServiceFacts['upstreamFinalizerBy']>(['nobody', 'others'])(
    "is served with UNMARKED_SERVICES=ours, Kubernetes' own finalizer by %s beside ours until it is released.",
    async (upstreamFinalizerBy) => {
      start('ours', plain({ upstreamFinalizerBy }));
      await until(() => world.cluster.gateOf('shop/web-1').startsWith('True Load'));
      expect(web()).toMatchObject({
        hasFinalizer: true,
        upstreamFinalizerBy: upstreamFinalizerBy === 'nobody' ? 'us' : 'others',
      });
      world.cluster.changeService('shop/web', { managed: 'false' });
      await until(() => web()?.hasFinalizer === false);
      expect([web()?.upstreamFinalizerBy, listeners()]).toEqual(['nobody', []]);
    },
  );

  test('is not touched without.', async () => {
    start('ignore', plain({ upstreamFinalizerBy: 'others' }));
    await until(() => world.cluster.gateOf('shop/web-1') === 'True NoLoadBalancerSelectsPod');
    expect([world.cluster.showWrites, world.clb.writes]).toEqual([[], []]);
  });

  test.each<ServiceFacts['upstreamFinalizerBy']>(['nobody', 'others'])(
    "that we served goes on when the setting is lost, Kubernetes' own finalizer by %s, until somebody lets it go.",
    async (upstreamFinalizerBy) => {
      start('ours', plain({ upstreamFinalizerBy }));
      await until(() => (web()?.ingress.length ?? 0) > 0);
      const { length } = world.clb.writes;
      await passing(world.stop());
      world.cluster.unmarked = 'ignore';
      world.cluster.changeService('shop/web', {});
      world.start({ resyncMs: 20 });
      await until(() => world.cluster.announcements.some(({ reason }) => reason === 'MarkMissing'));
      world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
      await until(() => world.cluster.gateOf('shop/web-2').startsWith('True Load'));
      expect(world.clb.writes.slice(length).filter(({ action }) => action.startsWith('delete'))).toEqual([]);
      expect([listeners(), web()?.ingress.length]).toEqual([[80], 1]);
      world.cluster.changeService('shop/web', { managed: 'false' });
      await until(() => web()?.hasFinalizer === false);
      expect([listeners(), web()?.ingress]).toEqual([[], []]);
      expect(web()?.upstreamFinalizerBy).toBe(upstreamFinalizerBy);
    },
  );
});

test("A marked Service is served without Kubernetes' own finalizer, and one that others put there stays.", async () => {
  start('ignore', aNewService({ upstreamFinalizerBy: 'others' }));
  await until(() => listeners().length === 1);
  world.cluster.changeService('shop/web', { managed: 'false' });
  await until(() => web()?.hasFinalizer === false);
  expect(web()?.upstreamFinalizerBy).toBe('others');
});

test('A Service that we serve already gets the second finalizer when the setting changes.', async () => {
  start('ours', aNewService({ managed: 'true' }));
  await until(() => web()?.upstreamFinalizerBy === 'us');
});

describe('A living Service that changes', () => {
  test.each<[string, Partial<ServiceFacts>]>([
    ['loses its mark', { managed: undefined }],
    ['says that it is not ours', { managed: 'false' }],
    ['is no LoadBalancer any more', { type: 'NodePort' }],
    ['gets the class of another controller', { type: 'LoadBalancer', loadBalancerClass: 'other/class' }],
  ])('because it %s is released: address, listener, record, finalizer.', async (_, change) => {
    start('ignore', aNewService());
    await until(() => (web()?.ingress.length ?? 0) > 0);
    world.cluster.changeService('shop/web', change);
    await until(() => web()?.hasFinalizer === false);
    expect(web()?.ingress).toEqual([]);
    expect(web()?.condition).toBeUndefined();
    expect(listeners()).toEqual([]);
    world.cluster.changeService('shop/web', { managed: 'true', type: 'LoadBalancer', loadBalancerClass: undefined });
    await until(() => listeners().length === 1 && web()?.hasFinalizer === true);
  });

  test('from the annotation to our class stays as it is.', async () => {
    start('ignore', aNewService());
    await until(() => (web()?.ingress.length ?? 0) > 0);
    const { length } = world.clb.writes;
    world.cluster.changeService('shop/web', { managed: undefined, loadBalancerClass: 'clb-direct.io/clb' });
    let looks = 0;
    world.clb.before = (action) => {
      if (action === 'describeListeners') looks += 1;
    };
    await until(() => looks > 3);
    expect(world.clb.writes).toHaveLength(length);
    expect(web()).toMatchObject({ hasFinalizer: true });
  });
});
