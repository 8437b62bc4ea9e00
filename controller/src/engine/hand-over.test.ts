import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '@clb-direct/shared/testing/until.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, aPod, aPort, clbId, limits } from '../testing/builders.ts';
import { forEveryone, World } from '../testing/world.ts';

let world: World;
/** Ids of the listeners that were seen without a target that serves, though they had one before. */
let emptied: string[];
const other = 'lb-two';
/** Nothing that these tests wait for comes from a wait that runs out. */
const patient = { limits: { ...limits, drainMs: 20, moveKeepMs: 50 } };

beforeEach(() => {
  world = new World();
  world.clb.addLoadBalancer(other, { vips: ['192.0.2.2'] });
  emptied = [];
});
afterEach(async () => world.stop());

const service = (name: string, overrides: Partial<ServiceFacts> = {}) =>
  aNewService({ name, selector: { app: name }, ...overrides });
const addPod = (app: string, ip: string) =>
  world.cluster.putPod(aPod({ name: `${app}-1`, labels: { app }, ip, namedPorts: {} }));
const isOpen = (app: string) => world.cluster.gateOf(`shop/${app}-1`) === 'True LoadBalancerNetworkGroupReady';
const pictures = () => ({ ...world.clb.picture(clbId), ...world.clb.picture(other) });

/** Two Services with a pod each, both served. */
async function serving(a: Partial<ServiceFacts>, b: Partial<ServiceFacts>): Promise<void> {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(service('a', a));
  world.cluster.putService(service('b', b));
  addPod('a', '10.0.0.1');
  addPod('b', '10.0.0.2');
  world.start({ placeRules: forEveryone, ...patient });
  await until(() => isOpen('a') && isOpen('b'));
  world.clb.firstHealth = 'Unknown';
  const stood = [clbId, other].flatMap((id) => world.clb.listenersOf(id).map((listener) => ({ id, listener })));
  world.clb.before = () => {
    const isServed = ({ id, listener }: (typeof stood)[number]) =>
      [...(world.clb.balancers.get(id)?.targets.values() ?? [])].some(
        ({ listenerId, weight, health }) => listenerId === listener.id && weight > 0 && health === 'Alive',
      );
    emptied.push(...stood.filter((one) => !isServed(one)).map(({ listener }) => listener.id));
  };
}

describe('two Services that exchange', () => {
  test('their CLBs get there by themselves, and no listener is ever without a target that serves', async () => {
    await serving({}, { existingLoadBalancer: other });
    world.cluster.changeService('shop/a', { existingLoadBalancer: other });
    world.cluster.changeService('shop/b', { existingLoadBalancer: clbId });
    await until(() => Object.keys(pictures()).length === 2 && isRegistered(clbId, 2) && isRegistered(other, 1));
    expect(world.cluster.service('shop/a')?.ingress).toEqual(['192.0.2.1']);
    world.clb.setHealth('Alive');
    await until(() => isAlone(clbId, '80/10.0.0.2:8080') && isAlone(other, '80/10.0.0.1:8080'));
    await until(() => world.cluster.service('shop/a')?.ingress.join() === '192.0.2.2');
    await until(() => world.cluster.service('shop/a')?.recordedLoadBalancers.join() === other);
    expect(world.cluster.service('shop/b')?.recordedLoadBalancers).toEqual([clbId]);
    expect(emptied).toEqual([]);
    expect(world.clb.writes.filter(({ action }) => /create|delete/.test(action))).toHaveLength(2);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  test('their ports, also when the controller dies in between', async () => {
    await serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.changeService('shop/a', { ports: [aPort({ port: 81 })] });
    world.cluster.changeService('shop/b', { ports: [aPort()] });
    await until(() => Object.keys(world.clb.picture(clbId)).length === 4);
    await world.stop();
    world.start(patient);
    world.clb.setHealth('Alive');
    const swapped = { '80/10.0.0.2:8080': 10, '81/10.0.0.1:8080': 10 };
    await until(() => JSON.stringify(world.clb.picture(clbId)) === JSON.stringify(swapped));
    expect(emptied).toEqual([]);
    expect(world.cluster.said('ListenerHandedOver')).toBe(4);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });
});

const isRegistered = (id: string, pod: number) => `80/10.0.0.${pod}:8080` in world.clb.picture(id);
const isAlone = (id: string, line: string) => Object.keys(world.clb.picture(id)).join() === line;

describe('a Service that is renamed', () => {
  const successor = (overrides: Partial<ServiceFacts> = {}) => service('next', { createdAtMs: 2, ...overrides });

  test('keeps its listener and its targets, and no write touches them', async () => {
    await serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.putService(successor({ selector: { app: 'a' } }));
    await until(() => world.cluster.said('ListenerConflict') === 1);
    const writes = world.clb.writes.length;
    world.cluster.deleteService('shop/a');
    await until(() => world.cluster.service('shop/a') === undefined);
    expect(world.clb.writes.slice(writes).map(({ action }) => action)).toEqual(['modifyListener']);
    expect(world.clb.picture(clbId)).toMatchObject({ '80/10.0.0.1:8080': 10 });
    await until(() => world.cluster.service('shop/next')?.ingress.join() === '192.0.2.1');
    expect(emptied).toEqual([]);
  });

  test('across namespaces is not: the listener of the first one is deleted, as always', async () => {
    await serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.putService(successor({ namespace: 'other', selector: { app: 'x' } }));
    await until(() => world.cluster.said('ListenerConflict') === 1);
    world.cluster.deleteService('shop/a');
    await until(() => world.cluster.service('shop/a') === undefined);
    expect(world.clb.writes.map(({ action }) => action)).toContain('deleteListener');
  });

  test('and whose listener the CLB does not rename at once is not released before it is', async () => {
    await serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.putService(successor({ selector: { app: 'a' } }));
    await until(() => world.cluster.said('ListenerConflict') === 1);
    const busy = new CloudError('it is busy', { kind: 'busy', code: 'X', action: 'X' });
    const hadFinalizer: (boolean | undefined)[] = [];
    world.clb.fail = (action) => {
      if (action !== 'modifyListener') return undefined;
      return hadFinalizer.push(world.cluster.service('shop/a')?.hasFinalizer) === 1 ? busy : undefined;
    };
    world.cluster.deleteService('shop/a');
    await until(() => world.cluster.service('shop/a') === undefined);
    expect(hadFinalizer).toEqual([true, true]);
    expect(emptied).toEqual([]);
  });
});
