import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const tuned = { kind: 'TkeServiceConfig', namespace: 'shop', name: 'tuned' } as const;
const named = { [annotation.serviceConfig]: tuned.name };

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putService(aNewService({ annotations: named }));
});
afterEach(async () => passing(world.stop()));

const settings = () => world.clb.listenersOf(clbId)[0]?.settings ?? {};
const configure = (fields: object) => {
  const spec = { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80, ...fields }] } };
  world.cluster.putRelated(tuned, { spec });
};
const opened = () => world.cluster.gateOf('shop/web-1').startsWith('True');

test('A listener is made as the config says, and a change of the config changes only what it is about.', async () => {
  configure({ scheduler: 'LEAST_CONN', healthCheck: { enable: true, intervalTime: 10 } });
  world.start({ resyncMs: 20 });
  await until(opened);
  expect(settings()).toMatchObject({
    scheduler: 'LEAST_CONN',
    healthCheck: { HealthSwitch: 1, IntervalTime: 10 },
    deregisterTargetRst: true,
  });
  expect(world.clb.writes.map(({ action }) => action)).toEqual(['createListeners', 'register']);
  configure({ session: { enable: true, sessionExpireTime: 60 }, healthCheck: { enable: true, intervalTime: 7 } });
  await until(() => settings().sessionExpireTime === 60);
  expect(settings()).toMatchObject({ scheduler: 'LEAST_CONN', healthCheck: { HealthSwitch: 1, IntervalTime: 7 } });
  expect(world.clb.writes.map(({ action }) => action)).toEqual(['createListeners', 'register', 'modifyListener']);
});

test('A config that goes, or that is named no more, leaves the listener as it is.', async () => {
  configure({ scheduler: 'LEAST_CONN', session: { enable: true } });
  world.start({ resyncMs: 20 });
  await until(opened);
  const before = settings();
  let looks = 0;
  world.clb.before = (action) => {
    if (action === 'describeListeners') looks += 1;
  };
  world.cluster.putRelated(tuned, undefined);
  await until(() => world.cluster.said('TkeServiceConfigNotFound') === 1 && looks > 2);
  world.cluster.changeService('shop/web', { annotations: {} });
  const seen = looks;
  await until(() => looks > seen + 2);
  expect(settings()).toEqual(before);
  expect(world.clb.writes.map(({ action }) => action)).not.toContain('modifyListener');
});

test('A Service waits for no config, and a wrong value holds up nothing.', async () => {
  world.start();
  await until(opened);
  expect(world.cluster.said('TkeServiceConfigNotFound')).toBe(1);
  configure({ scheduler: 'RANDOM', session: { enable: true } });
  await until(() => settings().sessionExpireTime === 30);
  expect(world.cluster.said('TkeServiceConfigMalformed')).toBe(1);
});
