import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { describePlace } from '../core/model/place.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aPort, clbId } from '../testing/builders.ts';
import { other, patient, service, ExchangeWorld } from '../testing/exchange-world.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { forEveryone } from '../testing/world.ts';

inVirtualTime();

let world: ExchangeWorld;

beforeEach(() => {
  world = new ExchangeWorld();
});
afterEach(async () => passing(world.stop()));

/** HTTP at `port` for the host, or for all requests. */
const http = (port: number, host?: string): Partial<ServiceFacts> => {
  const spec = { [port]: { protocol: ['HTTP'], ...(host === undefined ? {} : { hosts: { [host]: {} } }) } };
  const annotations = { 'service.cloud.tencent.com/specify-protocol': JSON.stringify(spec) };
  return { ports: [aPort({ port })], annotations };
};
const picture = (id = clbId) => Object.entries(world.clb.picture(id)).map(([line, weight]) => `${line} ${weight}`);
const writes = () => world.clb.writes.map(({ action }) => action);
const isGone = (name: string) => world.cluster.service(`shop/${name}`) === undefined;
const recorded = (name: string) =>
  (world.cluster.recordOf(clbId)?.owners.find((one) => one.name === name)?.rules ?? []).map(describePlace);

describe('a Service that is renamed', () => {
  const successor = (host: string | undefined, overrides: Partial<ServiceFacts> = {}) =>
    service('next', { createdAtMs: 2, ...http(80, host), ...overrides });

  /** The successor waits for the port, and then its predecessor goes. */
  async function renamed(next: ServiceFacts): Promise<number> {
    world.cluster.putService(next);
    await until(() => world.cluster.said('ListenerConflict') === 1);
    const count = writes().length;
    world.cluster.deleteService('shop/a');
    return count;
  }

  test('keeps its listener with rules, and no write touches rules and targets', async () => {
    await world.serving(http(80, 'a.com'), http(81));
    const count = await renamed(successor('a.com', { selector: { app: 'a' } }));
    await until(() => isGone('a') && world.cluster.service('shop/next')?.ingress.join() === '192.0.2.1');
    expect(writes().slice(count)).toEqual(['modifyListener']);
    expect(picture()).toContain('80 a.com//10.0.0.1:8080 10');
    expect(recorded('next')).toEqual(['HTTP/80 a.com/']);
    expect(world.emptied).toEqual([]);
  });

  test('with other pods is served by those of the old one until they are Alive', async () => {
    await world.serving(http(80), http(81));
    world.addPod('next', '10.0.0.3');
    await renamed(successor(undefined));
    await until(() => isGone('a') && picture().includes('80 192.0.2.1//10.0.0.3:8080 10'));
    expect(picture()).toContain('80 192.0.2.1//10.0.0.1:8080 10');
    world.clb.setHealth('Alive');
    await until(
      () =>
        picture()
          .filter((line) => line.startsWith('80 '))
          .join() === '80 192.0.2.1//10.0.0.3:8080 10',
    );
    expect(world.emptied).toEqual([]);
    expect(world.cluster.said('ListenerHandedOver')).toBe(2);
  });

  test('and asks for another host keeps the rule of the old one until its own serves', async () => {
    await world.serving(http(80, 'a.com'), http(81));
    world.addPod('next', '10.0.0.3');
    await renamed(successor('next.com'));
    await until(() => picture().includes('80 next.com//10.0.0.3:8080 10'));
    expect(picture()).toContain('80 a.com//10.0.0.1:8080 10');
    expect(recorded('next')).toEqual(['HTTP/80 a.com/', 'HTTP/80 next.com/']);
    world.clb.setHealth('Alive');
    await until(
      () =>
        picture()
          .filter((line) => line.startsWith('80 '))
          .join() === '80 next.com//10.0.0.3:8080 10',
    );
    await until(() => recorded('next').join() === 'HTTP/80 next.com/');
    expect(world.clb.listenersOf(clbId).find(({ port }) => port === 80)?.rules).toHaveLength(1);
    expect(world.emptied).toEqual([]);
  });

  test('keeps all that stands when the controller dies before the listener is renamed', async () => {
    await world.serving(http(80, 'a.com'), http(81));
    world.addPod('next', '10.0.0.3');
    const busy = new CloudError('it is busy', { kind: 'busy', code: 'X', action: 'X' });
    world.clb.fail = (action) => (action === 'modifyListener' ? busy : undefined);
    await renamed(successor('next.com'));
    await until(() => recorded('next').length === 2);
    await passing(world.stop());
    expect(world.cluster.service('shop/a')?.hasFinalizer).toBe(true);
    world.clb.fail = () => undefined;
    world.start({ placeRules: forEveryone, ...patient });
    await until(() => picture().includes('80 next.com//10.0.0.3:8080 10'));
    world.clb.setHealth('Alive');
    await until(() => isGone('a') && picture().filter((line) => line.startsWith('80 ')).length === 1);
    expect(world.emptied).toEqual([]);
  });

  test('across namespaces is not: the listener of the first one is deleted, as always', async () => {
    await world.serving(http(80), http(81));
    await renamed(successor(undefined, { namespace: 'other' }));
    await until(() => isGone('a'));
    expect(writes()).toContain('deleteListener');
  });
});

describe('two Services with rules that exchange', () => {
  test('their ports, also when the controller dies in between', async () => {
    await world.serving(http(80), http(81));
    const count = writes().length;
    world.cluster.changeService('shop/a', http(81));
    world.cluster.changeService('shop/b', http(80));
    await until(() => picture().length === 4);
    await passing(world.stop());
    world.start(patient);
    world.clb.setHealth('Alive');
    const swapped = ['80 192.0.2.1//10.0.0.2:8080 10', '81 192.0.2.1//10.0.0.1:8080 10'];
    await until(() => picture().join() === swapped.join());
    expect(world.emptied).toEqual([]);
    expect(
      writes()
        .slice(count)
        .filter((action) => /create|delete/.test(action)),
    ).toEqual([]);
  });

  test('their CLBs, although they have different hosts', async () => {
    await world.serving(http(80, 'a.com'), { ...http(80, 'b.com'), existingLoadBalancer: other });
    world.cluster.changeService('shop/a', { existingLoadBalancer: other });
    world.cluster.changeService('shop/b', { existingLoadBalancer: clbId });
    await until(() => picture().length === 2 && picture(other).length === 2);
    world.clb.setHealth('Alive');
    await until(() => picture().join() === '80 b.com//10.0.0.2:8080 10');
    await until(() => picture(other).join() === '80 a.com//10.0.0.1:8080 10');
    expect(world.emptied).toEqual([]);
    expect(writes()).not.toContain('deleteListener');
  });
});

test('A port with rules that moves to another Service is never without a target that serves.', async () => {
  const both = { 80: { protocol: ['HTTP'] }, 82: { protocol: ['HTTP'] } };
  const annotations = { 'service.cloud.tencent.com/specify-protocol': JSON.stringify(both) };
  await world.serving({ ports: [aPort(), aPort({ port: 82 })], annotations }, http(81));
  world.cluster.changeService('shop/a', { ports: [aPort()] });
  world.cluster.changeService('shop/b', {
    ports: [aPort({ port: 81 }), aPort({ port: 82 })],
    annotations: {
      'service.cloud.tencent.com/specify-protocol': JSON.stringify({ 81: both[80], 82: both[82] }),
    },
  });
  await until(() => picture().includes('82 192.0.2.1//10.0.0.2:8080 10'));
  world.clb.setHealth('Alive');
  await until(
    () =>
      picture()
        .filter((line) => line.startsWith('82'))
        .join() === '82 192.0.2.1//10.0.0.2:8080 10',
  );
  expect(world.emptied).toEqual([]);
  expect(writes()).not.toContain('deleteListener');
});
