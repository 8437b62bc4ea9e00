import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aPort, clbId } from '../testing/builders.ts';
import { other, patient, service, ExchangeWorld } from '../testing/exchange-world.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';

inVirtualTime();

let world: ExchangeWorld;

beforeEach(() => {
  world = new ExchangeWorld();
});
afterEach(async () => passing(world.stop()));

const pictures = () => ({ ...world.clb.picture(clbId), ...world.clb.picture(other) });

describe('two Services that exchange', () => {
  test('their CLBs get there by themselves, and no listener is ever without a target that serves', async () => {
    await world.serving({}, { existingLoadBalancer: other });
    world.cluster.changeService('shop/a', { existingLoadBalancer: other });
    world.cluster.changeService('shop/b', { existingLoadBalancer: clbId });
    await until(() => Object.keys(pictures()).length === 2 && isRegistered(clbId, 2) && isRegistered(other, 1));
    expect(world.cluster.service('shop/a')?.ingress).toEqual(['192.0.2.1']);
    world.clb.setHealth('Alive');
    await until(() => isAlone(clbId, '80/10.0.0.2:8080') && isAlone(other, '80/10.0.0.1:8080'));
    await until(() => world.cluster.service('shop/a')?.ingress.join() === '192.0.2.2');
    await until(() => world.cluster.service('shop/a')?.recordedLoadBalancers.join() === other);
    expect(world.cluster.service('shop/b')?.recordedLoadBalancers).toEqual([clbId]);
    expect(world.emptied).toEqual([]);
    expect(world.clb.writes.filter(({ action }) => /create|delete/.test(action))).toHaveLength(2);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  test('their ports, also when the controller dies in between', async () => {
    await world.serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.changeService('shop/a', { ports: [aPort({ port: 81 })] });
    world.cluster.changeService('shop/b', { ports: [aPort()] });
    await until(() => Object.keys(world.clb.picture(clbId)).length === 4);
    await passing(world.stop());
    world.start(patient);
    world.clb.setHealth('Alive');
    const swapped = { '80/10.0.0.2:8080': 10, '81/10.0.0.1:8080': 10 };
    await until(() => JSON.stringify(world.clb.picture(clbId)) === JSON.stringify(swapped));
    expect(world.emptied).toEqual([]);
    expect(world.cluster.said('ListenerHandedOver')).toBe(4);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });
});

const isRegistered = (id: string, pod: number) => `80/10.0.0.${pod}:8080` in world.clb.picture(id);
const isAlone = (id: string, line: string) => Object.keys(world.clb.picture(id)).join() === line;

describe('a Service that is renamed', () => {
  const successor = (overrides: Partial<ServiceFacts> = {}) => service('next', { createdAtMs: 2, ...overrides });

  test('keeps its listener and its targets, and no write touches them', async () => {
    await world.serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.putService(successor({ selector: { app: 'a' } }));
    await until(() => world.cluster.said('ListenerConflict') === 1);
    const writes = world.clb.writes.length;
    world.cluster.deleteService('shop/a');
    await until(() => world.cluster.service('shop/a') === undefined);
    expect(world.clb.writes.slice(writes).map(({ action }) => action)).toEqual(['modifyListener']);
    expect(world.clb.picture(clbId)).toMatchObject({ '80/10.0.0.1:8080': 10 });
    await until(() => world.cluster.service('shop/next')?.ingress.join() === '192.0.2.1');
    expect(world.emptied).toEqual([]);
  });

  test('across namespaces is not: the listener of the first one is deleted, as always', async () => {
    await world.serving({}, { ports: [aPort({ port: 81 })] });
    world.cluster.putService(successor({ namespace: 'other', selector: { app: 'x' } }));
    await until(() => world.cluster.said('ListenerConflict') === 1);
    world.cluster.deleteService('shop/a');
    await until(() => world.cluster.service('shop/a') === undefined);
    expect(world.clb.writes.map(({ action }) => action)).toContain('deleteListener');
  });

  test('and whose listener the CLB does not rename at once is not released before it is', async () => {
    await world.serving({}, { ports: [aPort({ port: 81 })] });
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
    expect(world.emptied).toEqual([]);
  });
});
