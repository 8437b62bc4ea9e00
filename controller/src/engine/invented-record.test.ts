import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const podNumber = (number: number) => aPod({ name: `web-${number}`, ip: `10.0.0.${number}` });
const addPods = (...numbers: number[]) => numbers.forEach((number) => world.cluster.putPod(podNumber(number)));
const gate = (number: number) => world.cluster.gateOf(`shop/web-${number}`);
const opened = 'True LoadBalancerNetworkGroupReady';
const pass = async (ms: number) => passMs(ms);

/** One Service with a served pod and an open gate. */
async function serving(number: number, overrides: Parameters<World['start']>[0] = {}): Promise<void> {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  addPods(number);
  world.start({ placeRules: forEveryone, ...overrides });
  await until(() => gate(number) === opened);
}

describe('a record that a user invented', () => {
  const invented = Array.from({ length: 8_000 }, (_, index) => `lb-x${index}`);
  const looked = new Set<string>();
  beforeEach(() => {
    looked.clear();
    world.clb.before = (action, id) => {
      if (action === 'describeLoadBalancer') looked.add(id);
    };
  });
  const put = (overrides: object) =>
    world.cluster.putService(
      aNewService({ namespace: 'other', name: 'x', uid: 'x', recordedLoadBalancers: invented, ...overrides }),
    );

  test('costs no look and no write on a Service with neither mark nor finalizer', async () => {
    put({ managed: undefined, existingLoadBalancer: undefined });
    await serving(1);
    put({ managed: undefined, existingLoadBalancer: undefined, selector: { app: 'changed' } });
    addPods(2);
    await until(() => gate(2) === opened);
    expect([...looked]).toEqual([clbId]);
    expect(world.cluster.showWrites.map(({ key }) => key)).toEqual(['shop/web']);
    expect(world.cluster.announcements.filter(({ about }) => about.startsWith('other/'))).toEqual([]);
  });

  test('costs no look but at the named CLB on a Service of ours, and is replaced', async () => {
    world.clb.addLoadBalancer('lb-named');
    put({ existingLoadBalancer: 'lb-named' });
    await serving(1);
    await until(() => world.cluster.service('other/x')?.recordedLoadBalancers.join() === 'lb-named');
    await until(() => looked.has('lb-named'));
    expect([...looked].toSorted()).toEqual(['lb-named', clbId]);
    expect(world.cluster.said('AnnotationMalformed')).toBe(1);
  });

  test('costs no record and no finalizer where the named CLB does not exist', async () => {
    for (let index = 0; index < 50; index += 1) {
      const name = `x-${index}`;
      world.cluster.putService(
        aNewService({ namespace: 'other', name, uid: name, existingLoadBalancer: `lb-${index}` }),
      );
    }
    await serving(1);
    await until(() => looked.size === 51);
    expect(new Set(world.cluster.recordWrites)).toEqual(new Set([`put ${clbId} shop/web`]));
    expect(world.cluster.showWrites.map(({ key }) => key)).toEqual(['shop/web']);
  });

  test('with the finalizer costs no look where the records are complete', async () => {
    put({ existingLoadBalancer: clbId, hasFinalizer: true, ports: [aPort({ port: 81 })] });
    await serving(1);
    await until(() => world.cluster.service('other/x')?.recordedLoadBalancers.join() === clbId);
    expect([...looked]).toEqual([clbId]);
  });

  test('with the finalizer costs looks at a few CLBs, and nothing is written again and again', async () => {
    world.cluster.isMarkedComplete = false;
    put({ existingLoadBalancer: clbId, hasFinalizer: true, ports: [aPort({ port: 81 })] });
    await serving(1, { absence: { seenBeforeMs: 0, neverSeenMs: 0 } });
    await until(() => world.cluster.service('other/x')?.recordedLoadBalancers.join() === clbId);
    await pass(100);
    expect(looked.size).toBeLessThanOrEqual(9);
    expect(world.cluster.showWrites.filter(({ key }) => key === 'other/x').length).toBeLessThanOrEqual(9);
    expect(world.cluster.service('other/x')?.recordedLoadBalancers).toEqual([clbId]);
  });
});
