import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ListenerSettings } from '../core/model/settings.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const own = { kind: 'TkeServiceConfig', namespace: 'shop', name: 'web-auto-service-config' } as const;
const byDefault: ListenerSettings = {
  scheduler: 'WRR',
  sessionExpireTime: 0,
  healthCheck: { HealthSwitch: 1, IntervalTime: 5, TimeOut: 2, HealthNum: 3, UnHealthNum: 3 },
};

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putService(aNewService({ annotations: { [annotation.serviceConfigAuto]: 'true' } }));
});
afterEach(async () => passing(world.stop()));

const settings = () => world.clb.listenersOf(clbId)[0]?.settings;
const blocks = () => {
  const { state, ...found } = world.cluster.related(own) as { state: string; facts?: { spec: unknown } };
  const { loadBalancer } = (found.facts?.spec ?? {}) as { loadBalancer?: { l4Listeners: { port: number }[] } };
  return state === 'found' ? (loadBalancer?.l4Listeners ?? []) : undefined;
};

/** As the cloud fills in what a request leaves out. */
async function serving(): Promise<void> {
  world.start({ resyncMs: 20 });
  await until(() => settings() !== undefined);
  const { id = '' } = world.clb.listenersOf(clbId)[0] ?? {};
  const listener = world.clb.balancers.get(clbId)?.listeners;
  const [key, value] = [...(listener ?? [])].find(([, one]) => one.id === id) ?? [];
  if (key !== undefined && value !== undefined)
    listener?.set(key, { ...value, settings: { ...byDefault, ...value.settings } });
}

test('A Service gets a config of its own with what stands on the CLB, which people change from then on.', async () => {
  await serving();
  await until(() => blocks()?.length === 1);
  expect(world.cluster.configWrites).toBe(1);
  const changed = { protocol: 'TCP', port: 80, scheduler: 'LEAST_CONN' };
  world.cluster.putRelated(own, { spec: { loadBalancer: { l4Listeners: [changed] } } });
  await until(() => settings()?.scheduler === 'LEAST_CONN');
  world.cluster.changeService('shop/web', { ports: [aPort(), aPort({ port: 81 })] });
  await until(() => blocks()?.length === 2);
  expect(blocks()?.[0]).toEqual(changed);
  world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
  await until(
    () =>
      blocks()
        ?.map(({ port }) => port)
        .join() === '81',
  );
  expect(world.cluster.configWrites).toBe(3);
});

test('Where the controller may not write it, that is said, and everything else works.', async () => {
  world.cluster.mayWriteConfigs = false;
  await serving();
  await until(() => world.cluster.said('TkeServiceConfigNotFound') === 1);
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
  expect(blocks()).toBeUndefined();
});
