import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aPod, clbId } from '../testing/builders.ts';
import { anIngress, aPath, directAccess } from '../testing/ingress-builders.ts';
import { uninstalled } from '../testing/uninstalled.ts';
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

async function installedAgain(): Promise<void> {
  await uninstalled(world);
  world.start();
  await passMs(60_000);
}

test.each([
  ['of its own', made, directAccess],
  ['that it names', clbId, undefined],
])('An Ingress on a CLB %s is served on after an uninstall and an install.', async (_, id, annotations) => {
  world.cluster.ingresses.put(anIngress({ paths: [path()], ...(annotations === undefined ? {} : { annotations }) }));
  await served(id);
  await installedAgain();
  roll();
  await until(() => picture(id).includes('80 a.com//10.0.0.2:8080'));
  expect([world.cluster.said('RuleConflict'), world.cluster.said('RuleByHand')]).toEqual([0, 0]);
});
