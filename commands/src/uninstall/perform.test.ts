import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { registrationName } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { uninstall } from './perform.ts';
import { tellPlan, tellRemainders } from './tell.ts';
import { installedPaths, startInstalledWorld, type InstalledWorld } from './testing/installed-world.ts';
import { readWorld } from './world.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const signal = AbortSignal.timeout(60_000);
const accounts = ['clb-direct-controller', 'clb-direct-webhook'].map((name) =>
  paths.serviceAccount('clb-direct', name),
);
const registration = paths.mutatingWebhookConfiguration(registrationName);
/** As all that is in the Namespace, it goes with it. */
const settings = paths.configMap('clb-direct', 'clb-direct-settings-1');
let world: InstalledWorld;
let said: string[];
beforeEach(async () => {
  world = await startInstalledWorld();
  said = [];
});
afterEach(() => world.close());

const read = async () => readWorld({ api: world.api, known: {} }, signal);
const perform = async () => uninstall(await read(), { api: world.api, say: (line) => said.push(line), log }, signal);
const left = () => installedPaths.filter((path) => world.find(path) !== undefined);
const remove = (path: string) => world.server.store.delete(placeOf(path));
const conditions = () => (world.find(paths.pod('shop', 'web-1'))?.['status'] as { conditions?: unknown }).conditions;
const listener = () => `clb-direct_cls-1_${world.find(paths.service('shop', 'web'))?.metadata.uid ?? ''}`;

function expectNothingLeft(): void {
  expect(left()).toEqual([]);
  expect(world.find(paths.service('shop', 'web'))).toMatchObject({ metadata: { finalizers: [] } });
  expect(conditions()).toMatchObject([{ status: 'True', reason: 'Uninstalled' }]);
  for (const account of accounts) expect(world.find(account)?.metadata['finalizers']).toEqual([]);
}

test('Everything of ours goes, waiting pods and Services are let go, and the Service itself stays.', async () => {
  expect(await perform()).toEqual([]);
  expectNothingLeft();
  expect(said.join('\n')).toContain('opened the gate of Pod shop/web-1');
});

test('The second time there is nothing to do, and what stays on the CLB is told again.', async () => {
  await perform();
  remove(settings);
  const { farewell, remainders, install } = await read();
  expect({ ...farewell, ...install }).toMatchObject({ openings: [], releases: [], rights: [], home: [] });
  const told = tellRemainders(remainders);
  const uid = world.find(paths.service('shop', 'web'))?.metadata.uid ?? '';
  expect(told).toMatch(new RegExp(`shop/web +lb-one +TCP/80 +clb-direct_\\*_${uid}\\n`));
  expect(told).toContain('* is the CLUSTER_ID that was set');
});

test.each<[string, () => void]>([
  ['its Namespace', () => remove(paths.namespace('clb-direct'))],
  ['its registration', () => remove(registration)],
  ['its Deployments', () => installedPaths.filter((path) => path.includes('deployments')).forEach(remove)],
  ['its roles', () => installedPaths.filter((path) => path.includes('roles/')).forEach(remove)],
  ['its settings', () => remove(settings)],
])('It does the rest when %s are gone already.', async (_, lose) => {
  lose();
  expect(await perform()).toEqual([]);
  expectNothingLeft();
});

test('What cannot be removed is told and keeps nothing else from going.', async () => {
  const role = paths.clusterRole('clb-direct-webhook');
  world.server.fail({
    times: 100,
    matches: ({ path, method }) => path === role && method === 'DELETE',
    answer: { status: 403 },
  });
  expect(await perform()).toMatchObject([expect.stringMatching(/^ClusterRole clb-direct-webhook: .*403/)]);
  expect(left()).toEqual([role]);
  expect(conditions()).toMatchObject([{ status: 'True' }]);
});

test('A registration that a webhook puts back before it ends is removed again.', async () => {
  const done = perform();
  await until(() => world.find(registration) === undefined);
  world.server.create(registration, { metadata: { name: registrationName } });
  expect(await done).toEqual([]);
  expectNothingLeft();
});

test('The gate type comes from the settings that the controller runs with.', async () => {
  await world.close();
  world = await startInstalledWorld('example.com/gate');
  await perform();
  expect(conditions()).toMatchObject([{ type: 'example.com/gate', reason: 'Uninstalled' }]);
});

test('The plan names what goes, and whose pods go with the Namespace.', async () => {
  world.server.create(paths.pods('clb-direct'), { metadata: { name: 'a-stranger' } });
  const plan = tellPlan(await read());
  for (const part of [
    'Namespace clb-direct, with all that is in it',
    'Deployment clb-direct-webhook',
    'RoleBinding kube-system/clb-direct-controller',
    'ClusterRole clb-direct-webhook-uninstall',
    'ClusterRoleBinding clb-direct-webhook-uninstall',
    'Pod shop/web-1',
    'Service shop/web',
    'go with it: a-stranger',
  ]) {
    expect(plan).toContain(part);
  }
});

test('Listeners are told by the name that people find in the console.', async () => {
  const told = tellRemainders((await read()).remainders);
  expect(told).toContain(listener());
  expect(told).not.toContain('*');
  expect(told).toContain('may be there');
  expect(told).toContain('delete only a listener with exactly this name');
  expect(tellRemainders([])).toBe('No CLB carries listeners of clb-direct.');
});
