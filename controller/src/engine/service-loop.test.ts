import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@clb-direct/shared/testing/until.ts';
import { aNewService, clbId } from '../testing/builders.ts';
import { World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => world.stop());

test('A marked Service that is no load balancer is told so once, and nothing is made for it.', async () => {
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
