import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

/** Weights, by the last part of each address. */
function weights(): Readonly<Record<string, number>> {
  const all = Object.entries(world.clb.picture(clbId));
  return Object.fromEntries(all.map(([key, weight]) => [/\.(\d+):\d+$/.exec(key)?.[1] ?? key, weight]));
}
/** Long before a look at intervals. */
const soon = async (expected: Readonly<Record<string, number>>) =>
  until(() => JSON.stringify(weights()) === JSON.stringify(expected), 2_000);
const podOf = (version: string, number: number) =>
  aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, labels: { app: 'web', version } });
const blue = { app: 'web', version: 'v1' };
const ports = [aPort({ targetPort: 'http' })];
const end = (number: number) => world.cluster.changePod(`shop/web-${number}`, { ending: true });
const change = (overrides: Partial<ServiceFacts>) => world.cluster.changeService('shop/web', overrides);

async function serving(): Promise<void> {
  world.cluster.putService(aNewService({ selector: blue, ports }));
  for (const number of [1, 2, 3]) world.cluster.putPod({ ...podOf('v1', number), namedPorts: { 'TCP/http': 8080 } });
  world.start();
  await soon({ 1: 10, 2: 10, 3: 10 });
}

describe('a pod that ends while no selector takes it', () => {
  test.each<[string, Partial<ServiceFacts>]>([
    ['after a change of the selector', { selector: { app: 'web', version: 'v2' } }],
    ['after a typing error in the selector', { selector: { app: 'wbe' } }],
    ['after a typing error in the name of a port', { ports: [aPort({ targetPort: 'htpp' })] }],
  ])('gets weight 0 at once and leaves when it is gone, %s.', async (_, overrides) => {
    await serving();
    change(overrides);
    await until(() => world.state?.of(clbId)?.withheldRemovals === 3);
    end(1);
    await soon({ 1: 0, 2: 10, 3: 10 });
    world.cluster.removePod('shop/web-1');
    await soon({ 2: 10, 3: 10 });
  });

  test('gets weight 0 during a rolling update to pods of the new selector.', async () => {
    await serving();
    change({ selector: { app: 'web', version: 'v2' } });
    world.cluster.putPod({ ...podOf('v2', 4), namedPorts: { 'TCP/http': 8080 } });
    await soon({ 1: 10, 2: 10, 3: 10, 4: 10 });
    end(1);
    await soon({ 1: 0, 2: 10, 3: 10, 4: 10 });
    world.cluster.removePod('shop/web-1');
    await soon({ 2: 10, 3: 10, 4: 10 });
  });

  test('gets weight 0 while the Service that an Ingress sends to is made again.', async () => {
    const web = { kind: 'Service', namespace: 'shop', name: 'web' } as const;
    world.cluster.putRelated(web, aBackendService());
    world.cluster.ingresses.put(anIngress());
    for (const number of [1, 2]) world.cluster.putPod(podOf('v1', number));
    world.start();
    await soon({ 1: 10, 2: 10 });
    world.cluster.putRelated(web, undefined);
    await passMs(1_000);
    end(1);
    await soon({ 1: 0, 2: 10 });
    world.cluster.removePod('shop/web-1');
    await soon({ 2: 10 });
  });

  test('keeps its weight while nothing else serves.', async () => {
    await serving();
    change({ selector: { app: 'wbe' } });
    await until(() => world.state?.of(clbId)?.withheldRemovals === 3);
    for (const number of [1, 2, 3]) end(number);
    await passMs(1_000);
    expect(weights()).toEqual({ 1: 10, 2: 10, 3: 10 });
    for (const number of [1, 2, 3]) world.cluster.removePod(`shop/web-${number}`);
    await soon({});
  });
});

test('A pod of nobody that gets the address of a target which no selector takes gets no traffic.', async () => {
  await serving();
  change({ selector: { app: 'wbe' } });
  await until(() => world.state?.of(clbId)?.withheldRemovals === 3);
  world.cluster.removePod('shop/web-1');
  world.cluster.putPod(aPod({ name: 'db-1', labels: { app: 'db' }, namespace: 'other' }));
  await soon({ 2: 10, 3: 10 });
});
