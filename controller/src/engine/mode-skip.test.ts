import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation, loadBalancerClass } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const skip = { [annotation.mode]: 'skip' };
const skipForTke = { [annotation.tkeMode]: 'skip' };

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const picture = () => JSON.stringify([world.clb.listenersOf(clbId), world.clb.picture(clbId)]);
const gate = (name: string) => world.cluster.gateOf(`shop/${name}`);
const isOpen = (name: string) => gate(name).startsWith('True');
function change(overrides: Parameters<World['cluster']['changeService']>[1]): void {
  world.cluster.changeService('shop/web', overrides);
}

async function looks(count: number): Promise<void> {
  let left = count;
  world.clb.before = (action) => {
    if (action === 'describeListeners') left -= 1;
  };
  await until(() => left <= 0);
}

/** shop/web serves shop/web-1; the controller looks all the time. */
async function serving(): Promise<void> {
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
  world.start({ resyncMs: 10 });
  await until(() => isOpen('web-1'));
}

test('While a Service is skipped nothing changes on the CLB for it, whatever happens to it and its pods.', async () => {
  await serving();
  const before = picture();
  const writes = world.clb.writes.length;
  change({ annotations: skip });
  await until(() => world.cluster.said('Skipped') === 1);
  world.cluster.changePod('shop/web-1', { ending: true });
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  change({ ports: [aPort({ port: 81 })], healthCheck: 'off' });
  await until(() => isOpen('web-2'));
  await looks(4);
  expect(gate('web-2')).toBe('True Skipped');
  expect(picture()).toEqual(before);
  expect(world.clb.writes).toHaveLength(writes);
  expect(world.cluster.service('shop/web')).toMatchObject({
    hasFinalizer: true,
    condition: { status: 'Unknown', reason: 'Skipped' },
  });
});

test('When it is skipped no more, what differs is put right.', async () => {
  await serving();
  change({ annotations: skip });
  await until(() => world.cluster.said('Skipped') === 1);
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => isOpen('web-2'));
  change({ annotations: {} });
  await until(() => picture().includes('10.0.0.2'));
});

test('A new Service that is skipped gets nothing: no record, no finalizer, no listener.', async () => {
  world.cluster.putService(aNewService({ annotations: skip }));
  world.cluster.putPod(aPod());
  world.start({ resyncMs: 10 });
  await until(() => isOpen('web-1'));
  expect(world.clb.writes).toEqual([]);
  expect([world.cluster.showWrites, world.cluster.recordWrites]).toEqual([[], []]);
});

test('Its port stays its own: another Service of its namespace waits for it.', async () => {
  await serving();
  change({ annotations: skip });
  await until(() => world.cluster.said('Skipped') === 1);
  change({ ports: [aPort({ port: 81 })] });
  world.cluster.putService(aNewService({ name: 'other' }));
  const before = picture();
  await until(() => world.cluster.said('ListenerConflict') > 0);
  await looks(3);
  expect(picture()).toEqual(before);
});

describe('What it has stays on the CLB, and its finalizer and record go,', () => {
  test.each([
    ['when it is deleted', () => world.cluster.deleteService('shop/web')],
    ['when its mark is taken away', () => change({ managed: 'false' })],
    ['when its type changes', () => change({ type: 'ClusterIP', managed: undefined })],
  ])('%s.', async (_, leave) => {
    await serving();
    // Another owner, so that the CLB is looked at further on.
    world.cluster.putService(aNewService({ name: 'other', ports: [aPort({ port: 90 })] }));
    await until(() => picture().includes('"90/'));
    change({ annotations: skip });
    await until(() => world.cluster.said('Skipped') === 1);
    const before = picture();
    leave();
    await until(() => world.cluster.service('shop/web')?.hasFinalizer !== true);
    await looks(4);
    expect(picture()).toEqual(before);
    expect(world.cluster.recordOf(clbId)?.owners.map(({ name }) => name)).toEqual(['other']);
    await passing(world.stop());
    world.start({ resyncMs: 10 });
    await looks(4);
    expect(picture()).toEqual(before);
  });
});

describe("TKE's own annotation", () => {
  const byUs = { hasFinalizer: true, annotations: skipForTke };
  const withoutTke = () => {
    world.cluster.hasTke = false;
    world.cluster.change?.tke();
  };

  /** It was served before TKE's controller came. */
  async function servingBesideTke(asked: Parameters<typeof change>[0]): Promise<void> {
    await serving();
    world.cluster.hasTke = true;
    world.cluster.change?.tke();
    change({ ...byUs, ...asked });
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => gate('web-2') === 'True LoadBalancerNetworkGroupReady');
    withoutTke();
    world.cluster.putPod(aPod({ name: 'web-3', ip: '10.0.0.3' }));
    await until(() => isOpen('web-3'));
  }

  test("counts only where TKE's controller is not there.", async () => {
    await servingBesideTke({ managed: undefined, directAccess: 'true' });
    expect(gate('web-3')).toBe('True Skipped');
    expect(world.cluster.said('Skipped')).toBeGreaterThan(0);
  });

  test.each([
    ['our mark', { managed: 'true', annotations: { ...skipForTke, [annotation.managed]: 'true' } }],
    ['our class', { managed: undefined, loadBalancerClass }],
    [
      'what it adopted',
      { managed: undefined, directAccess: 'true', annotations: { ...skipForTke, [annotation.adopt]: clbId } },
    ],
  ])('speaks to TKE alone at a Service with %s: when TKE is removed, it is served as before.', async (_, asked) => {
    await servingBesideTke(asked);
    expect(gate('web-3')).toBe('True LoadBalancerNetworkGroupReady');
    expect(picture()).toContain('10.0.0.3');
    expect(world.cluster.said('Skipped')).toBe(0);
  });
});

test('Another value is reported and means nothing.', async () => {
  world.cluster.putService(aNewService({ annotations: { [annotation.mode]: 'Skip' } }));
  world.cluster.putPod(aPod());
  world.start();
  await until(() => gate('web-1') === 'True LoadBalancerNetworkGroupReady');
  expect(world.cluster.said('AnnotationMalformed')).toBe(1);
});
