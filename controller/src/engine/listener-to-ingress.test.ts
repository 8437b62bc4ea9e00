import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { describePlace } from '../core/model/place.ts';
import { listenerName, sharedGroup } from '../core/plan/listener-name.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aPort, clbId, clusterId } from '../testing/builders.ts';
import { ExchangeWorld, patient, service } from '../testing/exchange-world.ts';
import { aBackend, aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { forEveryone } from '../testing/world.ts';

/** A Service with a listener of HTTP, and an Ingress that is to take its place. */
inVirtualTime();

let world: ExchangeWorld;
beforeEach(() => {
  world = new ExchangeWorld();
});
afterEach(async () => passing(world.stop()));

const http = (port: number, host: string) => {
  const spec = { [port]: { protocol: ['HTTP'], hosts: { [host]: {} } } };
  const annotations = { 'service.cloud.tencent.com/specify-protocol': JSON.stringify(spec) };
  return { ports: [aPort({ port })], annotations };
};
const listener = () => world.clb.listenersOf(clbId).find(({ port }) => port === 80);
const rule = (host: string) => listener()?.rules.find(({ domain }) => domain === host);
const picture = () => Object.entries(world.clb.picture(clbId)).map(([line, weight]) => `${line} ${weight}`);
const of80 = () =>
  picture()
    .filter((line) => line.startsWith('80 '))
    .join();
const writes = () => world.clb.writes.map(({ action }) => action);
const recorded = (name: string) =>
  (world.cluster.recordOf(clbId)?.owners.find((one) => one.name === name)?.rules ?? []).map(describePlace);
const isGone = () => world.cluster.service('shop/a') === undefined;

/** The Ingress names the Service whose pods are those of `app`, and waits for the port. */
async function waiting(host: string, app: string, overrides = {}): Promise<void> {
  await world.serving(http(80, 'a.com'), http(81, 'b.com'));
  const { namespace = 'shop' } = overrides as { namespace?: string };
  const site: ObjectReference<'Service'> = { kind: 'Service', namespace, name: 'site' };
  world.cluster.putRelated(site, aBackendService({ selector: { app } }));
  const paths = [aPath({ host, path: '/', pathType: 'ImplementationSpecific', backend: aBackend('site') })];
  world.cluster.ingresses.put(anIngress({ name: 'site', createdAtMs: 5, paths, ...overrides }));
  await until(() => world.cluster.said('ListenerConflict') + world.cluster.said('RuleConflict') > 0);
}

describe('a Service with HTTP that gives way to an Ingress of its namespace', () => {
  test('leaves it its listener and its rule, and no request fails', async () => {
    await waiting('a.com', 'a');
    const [listenerId, ruleId] = [listener()?.id, rule('a.com')?.locationId];
    world.cluster.deleteService('shop/a');
    await until(() => isGone() && listener()?.name === listenerName(clusterId, sharedGroup));
    expect([listener()?.id, rule('a.com')?.locationId]).toEqual([listenerId, ruleId]);
    expect(picture()).toContain('80 a.com//10.0.0.1:8080 10');
    expect(world.emptied).toEqual([]);
  });

  test('is served by its own pods until those of the Ingress are Alive', async () => {
    world.addPod('next', '10.0.0.3');
    await waiting('a.com', 'next');
    world.cluster.deleteService('shop/a');
    await until(() => isGone() && picture().includes('80 a.com//10.0.0.3:8080 10'));
    expect(picture()).toContain('80 a.com//10.0.0.1:8080 10');
    world.clb.setHealth('Alive');
    await until(() => of80() === '80 a.com//10.0.0.3:8080 10');
    expect(world.emptied).toEqual([]);
    expect(writes()).not.toContain('deleteListener');
  });

  test('loses the host that the Ingress does not have, after the drain', async () => {
    world.addPod('next', '10.0.0.3');
    await waiting('next.com', 'next');
    world.cluster.deleteService('shop/a');
    await until(() => picture().includes('80 next.com//10.0.0.3:8080 10'));
    world.clb.setHealth('Alive');
    await until(() => isGone() && of80() === '80 next.com//10.0.0.3:8080 10');
    await until(() => rule('a.com') === undefined);
    expect(writes()).not.toContain('deleteListener');
  });

  test('leaves it to all Ingresses that wait, also when the controller dies in between', async () => {
    await waiting('a.com', 'a');
    const paths = [aPath({ host: 'b.com', path: '/', pathType: 'ImplementationSpecific', backend: aBackend('site') })];
    world.cluster.ingresses.put(anIngress({ name: 'more', createdAtMs: 6, paths }));
    const id = listener()?.id;
    const busy = new CloudError('it is busy', { kind: 'busy', code: 'X', action: 'X' });
    world.clb.fail = (action) => (action === 'modifyListener' ? busy : undefined);
    world.cluster.deleteService('shop/a');
    await until(() => recorded('site').includes('HTTP/80 a.com/'));
    await passing(world.stop());
    world.clb.fail = () => undefined;
    world.start({ placeRules: forEveryone, ...patient });
    await until(() => isGone() && picture().includes('80 b.com//10.0.0.1:8080 10'));
    expect(picture()).toContain('80 a.com//10.0.0.1:8080 10');
    expect([listener()?.id, world.emptied]).toEqual([id, []]);
  });

  test('of another namespace leaves it nothing', async () => {
    await waiting('a.com', 'a', { namespace: 'other' });
    const id = listener()?.id;
    world.cluster.deleteService('shop/a');
    await until(() => isGone() && listener()?.name === listenerName(clusterId, sharedGroup));
    expect(listener()?.id).not.toBe(id);
  });
});

describe('an Ingress that gives way to a Service with HTTP of its namespace', () => {
  async function served(): Promise<void> {
    const site: ObjectReference<'Service'> = { kind: 'Service', namespace: 'shop', name: 'site' };
    world.cluster.putRelated(site, aBackendService({ selector: { app: 'a' } }));
    const paths = [aPath({ host: 'a.com', path: '/', pathType: 'ImplementationSpecific', backend: aBackend('site') })];
    world.cluster.ingresses.put(anIngress({ name: 'site', createdAtMs: -5, paths }));
    await world.serving(http(82, 'a.com'), http(81, 'b.com'));
    await until(() => picture().includes('80 a.com//10.0.0.1:8080 10'));
    world.clb.setHealth('Alive');
    world.watch();
  }

  test('leaves it its listener and its rule, and no request fails', async () => {
    await served();
    world.cluster.putService(service('next', { createdAtMs: 7, selector: { app: 'a' }, ...http(80, 'a.com') }));
    await until(() => world.cluster.said('ListenerConflict') > 0);
    const [listenerId, ruleId] = [listener()?.id, rule('a.com')?.locationId];
    world.cluster.ingresses.delete('shop/site');
    await until(() => world.cluster.ingresses.get('shop/site') === undefined && listener()?.rules.length === 1);
    expect(listener()).toMatchObject({ id: listenerId, name: listenerName(clusterId, 'uid-next') });
    expect(rule('a.com')?.locationId).toBe(ruleId);
    expect(picture()).toContain('80 a.com//10.0.0.1:8080 10');
    expect(world.emptied).toEqual([]);
    const told = world.cluster.announcements.filter(({ reason }) => reason === 'ListenerHandedOver');
    expect(told.map(({ about }) => about).toSorted()).toEqual(['shop/next', 'shop/site']);
  });
});
