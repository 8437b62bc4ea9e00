import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { aListener, aNewService, aPod, aService, aTarget, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const isOpen = () => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady';
const listeners = (id = clbId) => world.clb.listenersOf(id).length;
const recorded = (id = clbId) =>
  (world.cluster.recordOf(id)?.owners ?? [])
    .filter(({ releasedAtMs }) => releasedAtMs === undefined)
    .map(({ uid }) => uid);
const service = () => world.cluster.service('shop/web');
const settled = async () => passMs(150);

async function serving(): Promise<void> {
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
  world.start();
  await until(isOpen);
  await until(() => world.cluster.recordOf(clbId)?.owners[0]?.places.join() === 'TCP/80');
}

/** As kubectl replace, Terraform or helm --force write it: what their file does not have is gone. */
function put(overrides: Parameters<typeof aNewService>[0]): void {
  const ingress = service()?.ingress ?? [];
  world.cluster.putService(aNewService({ ingress, ...overrides }));
}

describe('a new Service', () => {
  test('is recorded after the first look and before its listener, which the second look brings', async () => {
    const actions: string[] = [];
    world.clb.before = (action) => {
      if (action === 'createListeners') actions.push(`${action}: ${recorded().join()} ${service()?.hasFinalizer}`);
      if (action === 'describeListeners') actions.push('look');
    };
    await serving();
    expect(actions.slice(0, 3)).toEqual(['look', 'look', 'createListeners: uid-web true']);
  });
});

describe('a Service that is written as a whole', () => {
  test('gets its finalizer and annotation back, and nothing changes on the CLB', async () => {
    await serving();
    const writes = world.clb.writes.length;
    put({});
    await until(() => service()?.hasFinalizer === true);
    expect(service()?.recordedLoadBalancers).toEqual([clbId]);
    await settled();
    expect(world.clb.writes).toHaveLength(writes);
  });

  test('with another CLB keeps the old one until the new one carries, and then lets it go', async () => {
    await serving();
    world.clb.firstHealth = 'Unknown';
    put({ existingLoadBalancer: 'lb-two' });
    await until(() => '80/10.0.0.1:8080' in world.clb.picture('lb-two'));
    await settled();
    expect(world.clb.picture(clbId)).toEqual({ '80/10.0.0.1:8080': 10 });
    expect(service()).toMatchObject({ hasFinalizer: true, recordedLoadBalancers: [clbId, 'lb-two'] });
    world.clb.setHealth('Alive');
    await until(() => listeners() === 0);
    await until(() => recorded().length === 0 && service()?.recordedLoadBalancers.join() === 'lb-two');
    expect(listeners('lb-two')).toBe(1);
  });

  test('with another CLB while no controller runs is let go in order too', async () => {
    await serving();
    await passing(world.stop());
    put({ existingLoadBalancer: 'lb-two' });
    world.start();
    await until(() => listeners() === 0);
    const actions = world.clb.writes.filter(({ id }) => id === clbId).map(({ action }) => action);
    expect(actions.slice(-2)).toEqual(['setWeight', 'deleteListener']);
    expect(world.clb.picture('lb-two')).toEqual({ '80/10.0.0.1:8080': 10 });
  });

  test('without what made it ours loses its listener, its finalizer and its address', async () => {
    await serving();
    put({ managed: undefined, existingLoadBalancer: undefined });
    await until(() => listeners() === 0 && recorded().length === 0);
    await until(() => service()?.hasFinalizer === false);
    expect(service()?.ingress).toEqual([]);
  });
});

describe('an object that is there no more, or is no load balancer any more', () => {
  test('loses its listener, and stays known for a while as the one that had the port', async () => {
    await serving();
    world.cluster.removeService('shop/web');
    await until(() => listeners() === 0 && recorded().length === 0);
    expect(world.cluster.recordOf(clbId)?.owners).toMatchObject([
      { namespace: 'shop', name: 'web', uid: 'uid-web', places: ['TCP/80'] },
    ]);
  });

  test('loses its listener also when that happened while no controller ran', async () => {
    await serving();
    await passing(world.stop());
    world.cluster.removeService('shop/web');
    world.start();
    await until(() => listeners() === 0 && recorded().length === 0);
  });

  test('and that was made again with the same name gets a listener of its own', async () => {
    await serving();
    await passing(world.stop());
    world.cluster.removeService('shop/web');
    world.cluster.putService(aNewService({ uid: 'uid-new' }));
    world.start();
    await until(() => world.clb.listenersOf(clbId).some(({ name }) => name.endsWith('_uid-new')));
    expect(listeners()).toBe(1);
    await until(() => recorded().join() === 'uid-new');
  });

  test('is never heard of again: no event names it', async () => {
    await serving();
    world.cluster.announcements.splice(0);
    world.clb.fail = (action) => (action === 'describeListeners' ? new Error('not now') : undefined);
    world.cluster.removeService('shop/web');
    await settled();
    world.clb.fail = () => undefined;
    await until(() => listeners() === 0);
    expect(world.cluster.announcements.filter(({ about }) => about === 'shop/web')).toEqual([]);
  });

  test('keeps its listener when no record names it', async () => {
    world.clb.addListener(clbId, aListener({ id: 'lbl-old', name: 'clb-direct_cls-test_uid-stranger', port: 81 }));
    await serving();
    await settled();
    expect(listeners()).toBe(2);
  });
});

describe('an install without records', () => {
  const searched = () => world.cluster.isMarkedComplete;
  beforeEach(() => {
    world.cluster.isMarkedComplete = false;
    world.clb.addListener(clbId, aListener());
    world.clb.addTarget(clbId, aTarget());
    world.cluster.putPod(aPod());
  });

  test('takes over what finalizer and listener prove, and changes nothing on the CLB', async () => {
    world.cluster.putService(aService());
    world.start();
    await until(() => recorded().join() === 'uid-web');
    await until(isOpen);
    expect(world.clb.writes).toEqual([]);
    expect(world.cluster.showWrites).toEqual([]);
  });

  test('takes over the CLB that the Service has left already', async () => {
    world.cluster.putService(aService({ existingLoadBalancer: 'lb-two', recordedLoadBalancers: [clbId, 'lb-two'] }));
    world.start();
    await until(() => listeners() === 0);
    expect(world.clb.picture('lb-two')).toEqual({ '80/10.0.0.1:8080': 10 });
  });

  test('takes over a Service that is ending, and lets it go', async () => {
    world.cluster.putService(aService({ ending: true }));
    world.start();
    await until(() => listeners() === 0 && service() === undefined);
  });

  test('finds the listener of a Service that has neither annotation nor finalizer any more', async () => {
    world.clb.addListener('lb-two', aListener({ id: 'lbl-2', port: 81 }));
    world.cluster.putService(aNewService());
    world.start();
    await until(() => listeners('lb-two') === 0);
    expect(world.clb.picture(clbId)).toEqual({ '80/10.0.0.1:8080': 10 });
    await until(searched);
  });

  test('leaves alone what has no owner that is known, and what is not ours', async () => {
    world.clb.addListener('lb-two', aListener({ id: 'lbl-2', name: 'clb-direct_cls-test_uid-stranger' }));
    world.clb.addListener('lb-two', aListener({ id: 'lbl-3', name: 'by hand', port: 81 }));
    world.start();
    await until(searched);
    expect([world.cluster.recordWrites, world.clb.writes]).toEqual([[], []]);
  });

  test('searches the others where one CLB cannot be read', async () => {
    world.clb.addLoadBalancer('lb-gone');
    world.clb.fail = (action, id) =>
      action === 'describeListeners' && id === 'lb-gone'
        ? new CloudError('gone', { kind: 'gone', code: 'InvalidLBStatus', action: 'DescribeListeners' })
        : undefined;
    world.cluster.putService(aService());
    world.start();
    await until(searched);
    await until(() => recorded().join() === 'uid-web');
  });

  test('works by what annotations show where the CLBs cannot be listed', async () => {
    world.clb.fail = (action) => (action === 'listLoadBalancers' ? new Error('not authorised') : undefined);
    world.cluster.putService(aService({ existingLoadBalancer: 'lb-two', recordedLoadBalancers: [clbId, 'lb-two'] }));
    world.start();
    await until(() => listeners() === 0);
    expect(searched()).toBe(false);
  });

  test('reads no annotation any more once everything is recorded, and then lists no CLBs', async () => {
    const looked = new Set<string>();
    world.clb.before = (action, id) => {
      // Who made a CLB is asked by its tags, whatever annotations say.
      if (action !== 'findLoadBalancers') looked.add(action.startsWith('describe') ? id : `${action} ${id}`).add(id);
    };
    world.cluster.isMarkedComplete = true;
    world.cluster.putService(aService({ recordedLoadBalancers: ['lb-two', clbId] }));
    world.start();
    await until(() => service()?.recordedLoadBalancers.join() === clbId);
    await until(isOpen);
    expect([...looked]).toEqual([clbId]);
  });

  test('takes over nothing where the finalizer stands and no listener does', async () => {
    world.clb.fail = (action) => (action === 'listLoadBalancers' ? new Error('not authorised') : undefined);
    world.cluster.putService(aService({ managed: undefined, recordedLoadBalancers: ['lb-two'] }));
    world.start();
    await until(() => service()?.hasFinalizer === false);
    expect(world.cluster.recordWrites).toEqual([]);
  });
});

describe('a record that somebody deletes while no controller runs', () => {
  async function deletedRecord(): Promise<void> {
    await serving();
    await passing(world.stop());
    world.cluster.putRecord(clbId, []);
  }

  test('is missed and written again, and no other CLB is searched', async () => {
    await deletedRecord();
    const searched: string[] = [];
    world.clb.before = (action, id) => void searched.push(`${action} ${id}`);
    const writes = world.clb.writes.length;
    world.start();
    await until(() => recorded().join() === 'uid-web');
    await settled();
    expect(searched.filter((one) => /lb-two|listLoadBalancers/.test(one))).toEqual([]);
    expect(world.clb.writes).toHaveLength(writes);
  });

  test('is missed also when its Service was written as a whole meanwhile and names another CLB', async () => {
    await deletedRecord();
    put({ existingLoadBalancer: 'lb-two' });
    world.start();
    await until(() => listeners() === 0);
    expect(world.clb.picture('lb-two')).toEqual({ '80/10.0.0.1:8080': 10 });
  });

  test('is missed also when its Service ends: its listener goes before it', async () => {
    await deletedRecord();
    world.cluster.deleteService('shop/web');
    world.start();
    await until(() => service() === undefined);
    expect(listeners()).toBe(0);
  });

  test('is missed until its CLB can be read', async () => {
    await deletedRecord();
    const hidden = world.clb.balancers.get(clbId);
    world.clb.balancers.delete(clbId);
    world.cluster.deleteService('shop/web');
    world.start();
    await until(() => world.cluster.said('LoadBalancerNotFound') > 0);
    await settled();
    expect([service()?.hasFinalizer, [...world.cluster.marked]]).toEqual([true, [clbId]]);
    if (hidden !== undefined) world.clb.balancers.set(clbId, hidden);
    await passing(world.stop());
    world.start();
    await until(() => service() === undefined);
    expect(listeners()).toBe(0);
  });

  test('is not missed any more when nothing stands there', async () => {
    await deletedRecord();
    world.cluster.removeService('shop/web');
    world.clb.balancers.get(clbId)?.listeners.clear();
    world.start();
    await until(() => world.cluster.marked.size === 0);
    expect(world.cluster.recordWrites.at(-1)).toBe(`put ${clbId} shop/web`);
  });
});

describe('a record that somebody deletes while the controller runs', () => {
  test('is written again', async () => {
    await serving();
    world.cluster.putRecord(clbId, []);
    await until(() => recorded().join() === 'uid-web');
    expect(listeners()).toBe(1);
  });

  test('is written again also for the CLB that its Service is leaving', async () => {
    await serving();
    world.clb.firstHealth = 'Unknown';
    put({ existingLoadBalancer: 'lb-two' });
    await until(() => '80/10.0.0.1:8080' in world.clb.picture('lb-two'));
    world.cluster.putRecord(clbId, []);
    await until(() => recorded().join() === 'uid-web');
    world.clb.setHealth('Alive');
    await until(() => listeners() === 0);
  });
});
