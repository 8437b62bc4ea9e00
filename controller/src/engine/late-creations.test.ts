import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress } from '../testing/ingress-builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

/** A write that gets no answer, and that the CLB does when nobody wants any more what it makes. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const key = 'shop/web';
const hosts = (...names: string[]) => ({
  'service.cloud.tencent.com/specify-protocol': JSON.stringify({
    80: { protocol: ['HTTP'], hosts: Object.fromEntries(names.map((name) => [name, {}])) },
  }),
});
const ports = () => world.clb.listenersOf(clbId).map(({ port }) => port);
const domains = () => world.clb.listenersOf(clbId).flatMap(({ rules }) => rules.map(({ domain }) => domain));

/** The next call gets no answer; then something happens, and it is done. */
function comesLate(action: 'createListeners' | 'createRules', happens: () => void): void {
  const { clb } = world;
  const call = clb[action].bind(clb) as (...about: readonly unknown[]) => Promise<never>;
  clb[action] = async (...about: readonly unknown[]) => {
    Reflect.deleteProperty(clb, action);
    happens();
    setTimeout(() => void call(...about).catch(() => undefined), 5_000);
    return Promise.reject(apiError('transient', 'Timeout', 'the answer was lost'));
  };
}

test('A listener that comes after its Service was deleted goes, and then the Service.', async () => {
  comesLate('createListeners', () => world.cluster.deleteService(key));
  world.cluster.putService(aNewService({ ports: [aPort()] }));
  world.start();
  await until(() => ports().length === 1);
  expect(world.cluster.service(key)).toBeDefined();
  await until(() => world.cluster.service(key) === undefined, 120_000);
  expect(ports()).toEqual([]);
});

test('A listener that comes after its Ingress was deleted keeps its port from nobody.', async () => {
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
  comesLate('createListeners', () => world.cluster.ingresses.delete('shop/site'));
  world.cluster.ingresses.put(anIngress());
  world.start();
  await until(() => ports().length === 1);
  await until(() => world.cluster.ingresses.get('shop/site') === undefined && ports().length === 0, 120_000);
});

test('A Service whose listener never came goes within a minute or so.', async () => {
  comesLate('createListeners', () => world.cluster.deleteService(key));
  const { clb } = world;
  world.cluster.putService(aNewService({ ports: [aPort()] }));
  const create = clb.createListeners.bind(clb);
  clb.createListeners = async (...about) => {
    const failed = create(...about);
    clb.fail = (action) => (action === 'createListeners' ? apiError('transient', 'Timeout', 'lost') : undefined);
    return failed;
  };
  world.start();
  await until(() => world.cluster.service(key) === undefined, 120_000);
  expect(ports()).toEqual([]);
});

test('A rule that comes after its host was removed goes.', async () => {
  world.cluster.putService(aNewService({ ports: [aPort()], annotations: hosts('a.com') }));
  world.start();
  await until(() => domains().join() === 'a.com');
  await passMs(5_000);
  comesLate('createRules', () => world.cluster.changeService(key, { annotations: hosts('a.com') }));
  world.cluster.changeService(key, { annotations: hosts('a.com', 'b.com') });
  await until(() => domains().includes('b.com'));
  await until(() => domains().join() === 'a.com', 120_000);
});
