import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { KeptConfig } from '../core/model/related-objects.ts';
import type { ListenerSettings } from '../core/model/settings.ts';
import { readTkeServiceConfig } from '../core/sources/service/config/tke-service-config.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
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

const kept = { version: '7', ownerUids: ['uid-web'], madeBy: 'us' } as const;

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
  world.cluster.putRelated(own, { spec: { loadBalancer: { l4Listeners: [changed] } }, kept });
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

test('A Service that asks for a config and no longer for ClientIP at once has no session persistence.', async () => {
  world.cluster.putService(aNewService({ sessionAffinity: 'ClientIP' }));
  await serving();
  await until(() => (settings()?.sessionExpireTime ?? 0) > 0);
  const annotations = { [annotation.serviceConfigAuto]: 'true' };
  world.cluster.changeService('shop/web', { sessionAffinity: 'None', annotations });
  // The config is made before the change is.
  const busy = new CloudError('it is busy', { kind: 'busy', code: 'X', action: 'X' });
  world.clb.fail = (action) => (action.startsWith('modify') && blocks() === undefined ? busy : undefined);
  await until(() => blocks()?.length === 1 && settings()?.sessionExpireTime === 0);
  await passMs(2_000);
  expect(settings()?.sessionExpireTime).toBe(0);
});

test('Where the controller may not write it, that is said, and everything else works.', async () => {
  world.cluster.mayWriteConfigs = false;
  await serving();
  await until(() => world.cluster.said('TkeServiceConfigNotWritten') === 1);
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
  expect(blocks()).toBeUndefined();
});

describe('One that is there', () => {
  const empty = { spec: { loadBalancer: { l4Listeners: [] } } };

  test.each<[string, KeptConfig | undefined]>([
    ['in a manifest', undefined],
    ['by hand', { ...kept, ownerUids: [], madeBy: undefined }],
    ['for another object', { ...kept, ownerUids: ['uid-other'], madeBy: undefined }],
  ])('and that somebody wrote %s is only read, and what to do is said.', async (_, by) => {
    world.cluster.putRelated(own, { ...empty, kept: by });
    await serving();
    await until(() => world.cluster.said('TkeServiceConfigNotWritten') === 1);
    expect([blocks(), world.cluster.configWrites]).toEqual([[], 0]);
  });

  test.each<[string, Partial<KeptConfig>]>([
    ['by hand with our label', { ownerUids: [] }],
    ['by somebody for the Service, with which it goes', { madeBy: undefined }],
    ["by TKE's controller, whatever it goes with", { ownerUids: [], madeBy: 'tke' }],
  ])('and that was made %s is completed.', async (_, by) => {
    world.cluster.putRelated(own, { ...empty, kept: { ...kept, ...by } });
    await serving();
    await until(() => blocks()?.length === 1);
    expect(world.cluster.said('TkeServiceConfigNotWritten')).toBe(0);
  });

  test('of a former Service is left alone until it has gone, and then made again.', async () => {
    world.cluster.putRelated(own, { ...empty, kept: { ...kept, ownerUids: ['uid-before'] } });
    await serving();
    await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
    expect([blocks(), world.cluster.said('TkeServiceConfigNotWritten')]).toEqual([[], 0]);
    world.cluster.putRelated(own, undefined);
    await until(() => blocks()?.length === 1);
  });
});

test('What people changed in it outlives an annotation that cannot be read for a while.', async () => {
  await serving();
  await until(() => blocks()?.length === 1);
  const changed = { protocol: 'TCP', port: 80, scheduler: 'LEAST_CONN' };
  world.cluster.putRelated(own, { spec: { loadBalancer: { l4Listeners: [changed] } }, kept });
  await until(() => settings()?.scheduler === 'LEAST_CONN');
  world.cluster.changeService('shop/web', { existingLoadBalancer: 'web-lb' });
  await until(() => world.cluster.said('LoadBalancerIdMalformed') === 1);
  world.cluster.changeService('shop/web', { existingLoadBalancer: clbId });
  await passing(new Promise((done) => setTimeout(done, 1_000)));
  expect(blocks()).toEqual([changed]);
});

test('That of an Ingress has a block for each path.', async () => {
  const reference = { ...own, name: 'site-auto-ingress-config' };
  const asked = { [ingressAnnotation.serviceConfigAuto]: 'true', [ingressAnnotation.listenPorts]: '[{"HTTP":8080}]' };
  const paths = ['/a', '/b'].map((path) => aPath({ host: 'a.com', path }));
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
  world.cluster.ingresses.put(anIngress({ annotations: { ...onExisting, ...asked }, paths }));
  const spec = () => {
    const config = world.cluster.related(reference);
    return config.state === 'found' ? config.facts.spec : undefined;
  };
  const urls = () => [...readTkeServiceConfig(spec()).rules.keys()].map((rule) => (JSON.parse(rule) as string[])[2]);
  world.start({ resyncMs: 20 });
  await until(() => urls().toSorted().join() === '/a,/b');
  world.cluster.ingresses.change('shop/site', { paths: paths.slice(1) });
  await until(() => urls().join() === '/b');
});
