import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HealthCheck } from '../core/model/settings.ts';
import { aNewService, aPod, aTarget, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const picture = () => world.clb.picture(clbId);
const listener = () => world.clb.listenersOf(clbId)[0];
const line = '80/10.0.0.1:8080';
const opened = (pod: string) => world.cluster.gateOf(pod).startsWith('True');
const looksPass = async () => {
  let looks = 0;
  world.clb.before = (action) => void (looks += action === 'describeTargets' ? 1 : 0);
  await until(() => looks > 3);
};
const setByHand = (change: { readonly weight: number }) => {
  const { id = '' } = listener() ?? {};
  world.clb.addTarget(clbId, { ...aTarget({ listenerId: id }), ...change });
};
const checkByHand = (healthCheck: HealthCheck) => {
  const { settings, ...found } = listener() ?? { id: '', name: '', protocol: 'TCP', port: 80, settings: {} };
  world.clb.addListener(clbId, { ...found, settings: { ...settings, healthCheck } });
};

async function serving(service: Parameters<typeof aNewService>[0] = {}): Promise<void> {
  world.cluster.putService(aNewService(service));
  world.cluster.putPod(aPod());
  world.start({ resyncMs: 20 });
  await until(() => opened('shop/web-1'));
  await looksPass();
}

test('Weights changed by hand, again and again, are set back each time, counted, and told once.', async () => {
  await serving();
  for (const weight of [55, 1, 0]) {
    setByHand({ weight });
    await until(() => picture()[line] === 10);
    await looksPass();
  }
  expect(world.undone).toEqual(['weight', 'weight', 'weight']);
  const told = world.cluster.announcements.filter(({ reason }) => reason === 'TargetWeightChanged');
  expect(told).toMatchObject([
    { about: 'shop/web', type: 'Warning', message: expect.stringContaining('10.0.0.1:8080 from 10 to 55') },
  ]);
});

test('A weight 0 that the controller before this one left behind is set back without an event.', async () => {
  await serving();
  await passing(world.stop());
  setByHand({ weight: 0 });
  world.start({ resyncMs: 20 });
  await until(() => picture()[line] === 10);
  await looksPass();
  expect([world.undone, world.cluster.said('TargetWeightChanged')]).toEqual([[], 0]);
});

test('Writes that the API loses or does without saying so are no changes of another writer.', async () => {
  await serving();
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => opened('shop/web-2'));
  for (const containersReady of [false, true, false, true]) {
    const { promise: failed, resolve } = Promise.withResolvers<undefined>();
    world.clb.fail = (action) => {
      if (action !== 'setWeight') return undefined;
      resolve(undefined);
      // It takes effect all the same.
      setByHand({ weight: containersReady ? 10 : 0 });
      return new Error('the answer was lost');
    };
    world.cluster.changePod('shop/web-1', { containersReady });
    await passing(failed);
    world.clb.fail = () => undefined;
    await until(() => picture()[line] === (containersReady ? 10 : 0));
    await looksPass();
  }
  expect([world.undone, world.cluster.said('TargetWeightChanged')]).toEqual([[], 0]);
});

test('A target added by hand is taken off, counted, and told.', async () => {
  await serving();
  const { id = '' } = listener() ?? {};
  world.clb.addTarget(clbId, aTarget({ listenerId: id, ip: '192.0.2.9', tag: undefined }));
  await until(() => world.undone.length === 1);
  await looksPass();
  expect(picture()).toEqual({ [line]: 10 });
  expect(world.undone).toEqual(['target']);
  expect(world.cluster.announcements.filter(({ reason }) => reason === 'ForeignTarget')).toMatchObject([
    { about: 'shop/web', type: 'Warning', message: expect.stringContaining('192.0.2.9:8080') },
  ]);
});

test('A health check switched off by hand under traffic is told once, and left until somebody decides.', async () => {
  await serving();
  checkByHand({ HealthSwitch: 0 });
  await until(() => world.cluster.said('HealthCheckOff') === 1);
  await looksPass();
  expect(listener()?.settings.healthCheck).toEqual({ HealthSwitch: 0 });
  world.cluster.changeService('shop/web', { healthCheck: 'on' });
  await until(() => listener()?.settings.healthCheck?.HealthSwitch === 1);
  await until(() => world.undone.length === 1);
  await looksPass();
  expect([world.undone, world.cluster.said('HealthCheckOff')]).toEqual([['health-check'], 1]);
});

test('Where the Service asks for the check, it is switched on again, and a gate waits for it.', async () => {
  await serving({ healthCheck: 'on' });
  world.clb.fail = (action) => (action === 'modifyListener' ? new Error('not now') : undefined);
  checkByHand({ HealthSwitch: 0 });
  world.clb.firstHealth = 'Close';
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => '80/10.0.0.2:8080' in picture());
  await looksPass();
  expect(world.cluster.gateOf('shop/web-2')).toBe('False LoadBalancerNotReady');
  world.clb.fail = () => undefined;
  await until(() => listener()?.settings.healthCheck?.HealthSwitch === 1);
  world.clb.setHealth('Alive');
  await until(() => world.cluster.gateOf('shop/web-2') === 'True LoadBalancerNetworkGroupReady');
});

test('A target taken off by hand is registered again, counted, and told.', async () => {
  await serving();
  world.clb.balancers.get(clbId)?.targets.clear();
  await until(() => world.undone.length === 1);
  await looksPass();
  expect([picture(), world.undone]).toEqual([{ [line]: 10 }, ['missing-target']]);
  expect(world.cluster.announcements.filter(({ reason }) => reason === 'TargetMissing')).toMatchObject([
    { about: 'shop/web', type: 'Warning', message: expect.stringContaining('10.0.0.1:8080') },
  ]);
});

test('A setting of ours changed by hand, again and again, is set back each time, counted, and told once.', async () => {
  await serving();
  for (const times of [1, 2, 3]) {
    const { settings, ...found } = listener() ?? { id: '', name: '', protocol: 'TCP', port: 80, settings: {} };
    world.clb.addListener(clbId, { ...found, settings: { ...settings, deregisterTargetRst: false } });
    await until(() => world.undone.length === times);
    await looksPass();
    expect(listener()?.settings.deregisterTargetRst).toBe(true);
  }
  expect(world.undone).toEqual(['settings', 'settings', 'settings']);
  expect(world.cluster.announcements.filter(({ reason }) => reason === 'ListenerSettingsChanged')).toMatchObject([
    { about: 'shop/web', message: expect.stringContaining('TCP/80 of lb-one: deregisterTargetRst from true to false') },
  ]);
});

test('A name changed by hand is set back, counted, and told.', async () => {
  await serving();
  const { id = '', name = '', ...found } = listener() ?? {};
  world.clb.addListener(clbId, { protocol: 'TCP', port: 80, ...found, id, name: 'mine' });
  await until(() => world.undone.length === 1);
  await looksPass();
  expect([listener()?.name, world.undone, world.cluster.said('ListenerRenamed')]).toEqual([name, ['name'], 1]);
});

test('Fields of the health check changed by hand stay, and are told once.', async () => {
  await serving();
  checkByHand({ HealthSwitch: 1, IntervalTime: 5 });
  await looksPass();
  checkByHand({ HealthSwitch: 1, IntervalTime: 60 });
  await until(() => world.cluster.said('HealthCheckChanged') === 1);
  await looksPass();
  expect(world.cluster.said('HealthCheckChanged')).toBe(1);
  expect(listener()?.settings.healthCheck).toEqual({ HealthSwitch: 1, IntervalTime: 60 });
});
