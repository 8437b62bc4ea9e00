import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { uninstalled } from '../testing/uninstalled.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, worldWithBackend, type World } from '../testing/world.ts';

/** Whose a CLB and a host is after an uninstall and an install, where another namespace has an older Ingress. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
  world.cluster.putRelated({ kind: 'Service', namespace: 'evil', name: 'web' }, aBackendService());
  world.cluster.putPod(aPod({ namespace: 'evil', name: 'e-1', uid: 'uid-e-1', ip: '10.0.6.6' }));
  world.cluster.ingresses.put(anIngress({ createdAtMs: 2_000, paths: [host('shop.com')] }));
});
afterEach(async () => passing(world.stop()));

const host = (name: string) => aPath({ host: name });
const evil = (...names: readonly string[]) =>
  anIngress({ namespace: 'evil', name: 'evil', uid: 'uid-evil', createdAtMs: 1_000, paths: names.map(host) });
const picture = () => Object.keys(world.clb.picture(clbId)).toSorted();
const rulesOf = (namespace: string) => {
  const own = world.cluster.recordOf(clbId)?.owners.filter((one) => one.namespace === namespace) ?? [];
  return own.flatMap(({ rules = [] }) => rules.map(({ domain }) => domain));
};

/** What users can write says that everything is theirs. */
const lie = () => world.cluster.ingresses.change('evil/evil', { recordedLoadBalancers: [clbId] });

async function installedAgain(options: Parameters<World['start']>[0]): Promise<void> {
  await uninstalled(world);
  lie();
  world.start(options);
  await passMs(60_000);
}

async function rolls(): Promise<void> {
  world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));
  await until(() => picture().includes('80 shop.com//10.0.0.2:8080'));
}

test('A CLB is that of the namespace whose pods stand there.', async () => {
  world.start();
  await until(() => picture().length === 1);
  world.cluster.ingresses.put(evil('evil.com'));
  await until(() => world.cluster.said('LoadBalancerNotAllowed') > 0);
  await installedAgain({});
  await rolls();
  expect(rulesOf('evil')).toEqual([]);
});

test('A CLB is that of the namespace whose pods stand there, although 100 older Ingresses of it wait.', async () => {
  world.start();
  await until(() => picture().length === 1);
  world.cluster.ingresses.put(evil('evil.com'));
  await until(() => world.cluster.said('LoadBalancerNotAllowed') > 0);
  await uninstalled(world);
  for (let at = 0; at < 100; at += 1) {
    const own = { name: `wait-${at}`, uid: `uid-wait-${at}`, createdAtMs: 1_500 };
    world.cluster.ingresses.put(anIngress({ ...own, paths: [host(`wait-${at}.com`)] }));
  }
  lie();
  world.start();
  await until(() => rulesOf('shop').length > 0 || rulesOf('evil').length > 0, 60_000);
  await rolls();
  expect(rulesOf('evil')).toEqual([]);
  expect(rulesOf('shop')).toContain('shop.com');
}, 60_000);

test('A host is that of the namespace whose pods stand there.', async () => {
  const options = { placeRules: forEveryone };
  world.start(options);
  await until(() => picture().length === 1);
  world.cluster.ingresses.put(evil('evil.com'));
  await until(() => picture().length === 2);
  world.cluster.ingresses.put({ ...evil('evil.com', 'shop.com'), hasFinalizer: true });
  await until(() => world.cluster.said('RuleConflict') > 0);
  await installedAgain(options);
  await rolls();
  expect(rulesOf('evil').filter((domain) => domain === 'shop.com')).toEqual([]);
  expect(picture().filter((line) => line.includes('10.0.6.6'))).toEqual(['80 evil.com//10.0.6.6:8080']);
});
