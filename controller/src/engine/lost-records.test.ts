import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aPod, clbId } from '../testing/builders.ts';
import { anIngress, aPath, directAccess, onExisting } from '../testing/ingress-builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { uninstalled, withoutRecords } from '../testing/uninstalled.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** What stands where no record says whose it is. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const made = 'lb-made1';
const picture = (id: string) => (world.clb.balancers.has(id) ? Object.keys(world.clb.picture(id)) : []);
const path = () => aPath({ host: 'a.com' });
const roll = () => world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));

async function served(id: string): Promise<void> {
  world.start();
  await until(() => picture(id).length > 0);
  await passMs(1_000);
}

async function installedAgain(lookMs: number): Promise<void> {
  await uninstalled(world);
  world.clb.before = async (action) => {
    if (action.startsWith('describe') && lookMs > 0) await new Promise((resolve) => setTimeout(resolve, lookMs));
  };
  world.start();
  await passMs(60_000);
}

// A record comes back by the watch before a look has ended.
test.each([
  ['of its own', made, directAccess, 0],
  ['that it names', clbId, onExisting, 0],
  ['of its own, whose answers take a while,', made, directAccess, 30],
  ['that it names, whose answers take a while,', clbId, onExisting, 30],
])('An Ingress on a CLB %s is served on after an uninstall and an install.', async (_, id, annotations, lookMs) => {
  world.cluster.ingresses.put(anIngress({ paths: [path()], annotations }));
  await served(id);
  await installedAgain(lookMs);
  roll();
  await until(() => picture(id).includes('80 a.com//10.0.0.2:8080'));
  expect([world.cluster.said('RuleConflict'), world.cluster.said('RuleByHand')]).toEqual([0, 0]);
});

describe('An Ingress whose records somebody deletes while the controller runs', () => {
  const lost = async () => {
    await withoutRecords(world);
    await passMs(120_000);
    roll();
    await until(() => picture(made).includes('80 a.com//10.0.0.2:8080'));
    expect([world.cluster.said('RuleConflict'), world.cluster.said('RuleByHand')]).toEqual([0, 0]);
  };
  beforeEach(async () => {
    world.cluster.ingresses.put(anIngress({ paths: [path()], annotations: directAccess }));
    await served(made);
  });

  test('is served on.', lost);

  test('is served on also where they cannot be written again for a while.', async () => {
    const { ownedRecords, records } = world.cluster;
    const writers = [ownedRecords, records];
    const puts = writers.map((writer): unknown => Reflect.get(writer, 'put'));
    const fails = async () => Promise.reject(new Error('the namespace is terminating'));
    for (const writer of writers) Object.assign(writer, { put: fails });
    const goesOn = lost();
    await passMs(60_000);
    writers.forEach((writer, at) => Object.assign(writer, { put: puts[at] }));
    await goesOn;
  });
});

test('An Ingress whose record is deleted while it waits for another CLB leaves the old one all the same.', async () => {
  world.cluster.ingresses.put(anIngress({ paths: [path()] }));
  await served(clbId);
  const waits = apiError('transient', 'InternalError', 'not now');
  world.clb.fail = (action) => (action === 'createLoadBalancer' ? waits : undefined);
  world.cluster.ingresses.change('shop/site', { annotations: directAccess });
  await passMs(1_000);
  world.cluster.putRecord(clbId, []);
  await passMs(10_000);
  roll();
  await until(() => picture(clbId).includes('80 a.com//10.0.0.2:8080'));
  world.clb.fail = () => undefined;
  await until(() => picture(made).length === 2 && world.clb.listenersOf(clbId).length === 0);
});
