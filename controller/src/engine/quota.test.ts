import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { aListener, aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const addPods = (...numbers: number[]) =>
  numbers.forEach((number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` })));
const bound = () => Object.keys(world.clb.picture(clbId));
const gateOf = (number: number) => world.cluster.gateOf(`shop/web-${number}`);
const isOpen = (number: number) => gateOf(number) === 'True LoadBalancerNetworkGroupReady';
const told = () => world.cluster.announcements.filter(({ reason }) => reason === 'QuotaReached');
const ports = () => world.clb.listenersOf(clbId).map(({ port }) => port);
const looksPass = async () => {
  let looks = 0;
  world.clb.before = (action) => void (looks += action === 'describeTargets' ? 1 : 0);
  await until(() => looks > 3);
};
/** Calls that the CLB refused for its quota. */
const refusals: string[] = [];
const watchRefusals = () => {
  refusals.length = 0;
  const register = world.clb.register.bind(world.clb);
  world.clb.register = async (...args) =>
    register(...args).catch((error: unknown) => {
      refusals.push(String(error));
      throw error;
    });
};

describe('a listener with room for two targets', () => {
  beforeEach(() => {
    world.clb.quota = { targets: 2 };
    watchRefusals();
    world.cluster.putService(aNewService());
  });

  test('takes two of three pods without being asked for the third, whose gate and Service say why', async () => {
    addPods(1, 2, 3);
    world.start({ resyncMs: 20 });
    await until(() => isOpen(1) && isOpen(2));
    await until(() => told().length === 1);
    await looksPass();
    expect([bound().length, refusals]).toEqual([2, []]);
    expect(gateOf(3)).toBe('False LoadBalancerNotReady');
    expect(world.cluster.gateMessageOf('shop/web-3')).toContain('no room for this pod: the quota allows 2 targets');
    expect(told()).toMatchObject([
      { about: 'shop/web', message: expect.stringContaining('TCP/80 of lb-one takes 2 targets at most') },
    ]);
  });

  test('asks for health no more when all that fit are served', async () => {
    addPods(1, 2, 3);
    world.start();
    await until(() => isOpen(1) && isOpen(2) && told().length === 1);
    const before = world.clb.healthAsks.length;
    await passMs(200);
    expect(world.clb.healthAsks.length - before).toBeLessThan(4);
  });

  test('takes a new pod for one that drains, before the containers of that one are gone', async () => {
    addPods(1, 2);
    world.start();
    await until(() => isOpen(1) && isOpen(2));
    world.cluster.changePod('shop/web-1', { ending: true });
    addPods(3);
    await until(() => isOpen(3));
    expect(bound()).toEqual(['80/10.0.0.2:8080', '80/10.0.0.3:8080']);
    expect(refusals).toEqual([]);
  });

  test('lets no pod go while all of them fit, however long one drains', async () => {
    addPods(1, 2);
    world.start({ resyncMs: 20 });
    await until(() => isOpen(1) && isOpen(2));
    world.cluster.changePod('shop/web-1', { ending: true });
    await until(() => world.clb.picture(clbId)['80/10.0.0.1:8080'] === 0);
    await looksPass();
    expect(world.clb.picture(clbId)).toEqual({ '80/10.0.0.1:8080': 0, '80/10.0.0.2:8080': 10 });
  });

  test('passes from the pods of one selector to those of another, step by step, and always serves', async () => {
    addPods(1, 2);
    world.start();
    await until(() => isOpen(1) && isOpen(2));
    for (const number of [3, 4])
      world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, labels: { app: 'green' } }));
    let least = 2;
    world.clb.before = () => {
      least = Math.min(least, Object.values(world.clb.picture(clbId)).filter((weight) => weight > 0).length);
    };
    world.cluster.changeService('shop/web', { selector: { app: 'green' } });
    await until(() => bound().join() === '80/10.0.0.3:8080,80/10.0.0.4:8080');
    expect(least).toBeGreaterThan(0);
    expect(refusals).toEqual([]);
  });
});

describe('a CLB with room for one more listener', () => {
  beforeEach(() => {
    world.clb.quota = { listeners: 2 };
    world.clb.addListener(clbId, { ...aListener({ id: 'lbl-x', port: 9000 }), name: 'of somebody else' });
  });

  test('makes that of the older Service, tells the younger one, and makes its own when there is room', async () => {
    world.cluster.putService(aNewService({ name: 'young', createdAtMs: 2, ports: [aPort({ port: 81 })] }));
    world.cluster.putService(aNewService({ name: 'old', createdAtMs: 1 }));
    world.start({ resyncMs: 20 });
    await until(() => told().length === 1);
    await looksPass();
    expect(ports()).toEqual([9000, 80]);
    expect(world.clb.createAsks).toEqual([['TCP/80']]);
    expect(told()).toMatchObject([
      { about: 'shop/young', message: expect.stringContaining('TCP/81 is not made, because the quota allows 2') },
    ]);
    world.clb.balancers.get(clbId)?.listeners.delete('lbl-x');
    await until(() => ports().join() === '80,81');
  });

  test('gives the place of a port that a Service leaves to another one of it that waits', async () => {
    world.cluster.putService(aNewService({ ports: [aPort(), aPort({ port: 81 })] }));
    addPods(1);
    world.start({ resyncMs: 20 });
    await until(() => told().length === 1 && bound().length === 1);
    expect(ports()).toEqual([9000, 80]);
    world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
    await until(() => ports().join() === '9000,81');
  });

  test('always deletes', async () => {
    world.cluster.putService(aNewService({ name: 'old' }));
    world.start({ resyncMs: 20 });
    await until(() => ports().length === 2);
    world.clb.quota = { listeners: 1 };
    world.cluster.changeService('shop/old', { ending: true });
    await until(() => ports().join() === '9000');
  });
});

test('a quota that cannot be read holds nothing up: the CLB is asked, and says no', async () => {
  world.clb.fail = (action) =>
    action === 'describeQuota'
      ? new CloudError('no right', { kind: 'credentials', code: 'UnauthorizedOperation', action: 'DescribeQuota' })
      : undefined;
  world.clb.quota = { targets: 2 };
  world.cluster.putService(aNewService());
  addPods(1, 2, 3);
  world.start();
  await until(() => [1, 2, 3].filter(isOpen).length === 2);
  await until(() => told().length === 1);
});
