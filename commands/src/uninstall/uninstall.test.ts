import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { registrationName } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { uninstall } from './uninstall.ts';
import { describePlan } from './describe-plan.ts';
import { describeRemains } from './describe-remains.ts';
import { installedPaths, startInstalledCluster, type InstalledCluster } from './testing/installed-cluster.ts';
import { readClusterState } from './cluster-state.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const signal = AbortSignal.timeout(60_000);
const serviceAccounts = ['clb-direct-controller', 'clb-direct-webhook'].map((name) =>
  paths.serviceAccount('clb-direct', name),
);
const registration = paths.mutatingWebhookConfiguration(registrationName);
/** It is deleted with the Namespace, which this API server does not do. */
const settings = paths.configMap('clb-direct', 'clb-direct-settings-1');
let cluster: InstalledCluster;
let said: string[];
beforeEach(async () => {
  cluster = await startInstalledCluster();
  said = [];
});
afterEach(() => cluster.close());

const read = async () => readClusterState({ api: cluster.api, known: {} }, signal);
const options = { say: (line: string) => said.push(line), log, onSeen: () => undefined };
const run = async () => uninstall(await read(), { api: cluster.api, ...options }, signal);
const left = () => installedPaths.filter((path) => cluster.find(path) !== undefined);
const remove = (path: string) => cluster.server.store.delete(placeOf(path));
const conditions = () => (cluster.find(paths.pod('shop', 'web-1'))?.['status'] as { conditions?: unknown }).conditions;
const listener = () => `clb-direct_cls-1_${cluster.find(paths.service('shop', 'web'))?.metadata.uid ?? ''}`;

function expectNothingLeft(): void {
  expect(left()).toEqual([]);
  expect(cluster.find(paths.service('shop', 'web'))).toMatchObject({ metadata: { finalizers: [] } });
  expect(conditions()).toMatchObject([{ status: 'True', reason: 'Uninstalled' }]);
  for (const path of serviceAccounts) expect(cluster.find(path)?.metadata['finalizers']).toEqual([]);
}

test('Everything of ours is removed, waiting pods and Services are released, and the Service stays.', async () => {
  expect(await run()).toEqual([]);
  expectNothingLeft();
  expect(said.join('\n')).toContain('opened the gate of Pod shop/web-1');
});

test('The second time there is nothing to do, and the listeners that remain are listed again.', async () => {
  await run();
  remove(settings);
  const { plan, remains, install } = await read();
  expect({ ...plan, ...install }).toMatchObject({ openings: [], releases: [], roles: [], namespaceParts: [] });
  const text = describeRemains(remains, install.settings.clusterId);
  const uid = cluster.find(paths.service('shop', 'web'))?.metadata.uid ?? '';
  expect(text).toMatch(new RegExp(`OBJECT +CLB [^]*Service shop/web +lb-one +TCP/80 +clb-direct_\\*_${uid}\\n`));
  expect(text).toContain('* stands for the CLUSTER_ID');
});

test.each<[string, () => void]>([
  ['its Namespace', () => remove(paths.namespace('clb-direct'))],
  ['its registration', () => remove(registration)],
  ['its Deployments', () => installedPaths.filter((path) => path.includes('deployments')).forEach(remove)],
  ['its roles', () => installedPaths.filter((path) => path.includes('roles/')).forEach(remove)],
  ['its settings', () => remove(settings)],
])('It does the rest when %s are gone already.', async (_, lose) => {
  lose();
  expect(await run()).toEqual([]);
  expectNothingLeft();
});

test('Roles for the uninstall that an older version made under other names are removed too.', async () => {
  const older = installedPaths.filter((path) => path.endsWith('-older'));
  expect(older).toHaveLength(4);
  await run();
  expect(older.filter((path) => cluster.find(path) !== undefined)).toEqual([]);
});

test.each([
  ['that somebody made for our controller', { 'app.kubernetes.io/part-of': 'shop' }, ingressController],
  ['of another controller that has our label', { 'app.kubernetes.io/part-of': 'clb-direct' }, 'example.com/other'],
])('An IngressClass %s stays.', async (_, labels, controller) => {
  const path = paths.ingressClass('other');
  cluster.server.create(path, { metadata: { name: 'other', labels }, spec: { controller } });
  expect(await run()).toEqual([]);
  expectNothingLeft();
  expect(cluster.find(path)).toBeDefined();
});

test('What cannot be removed is named, and everything else is removed.', async () => {
  const role = paths.clusterRole('clb-direct-webhook');
  cluster.server.fail({
    times: 100,
    matches: ({ path, method }) => path === role && method === 'DELETE',
    answer: { status: 403 },
  });
  expect(await run()).toMatchObject([
    { key: role, message: expect.stringMatching(/^ClusterRole clb-direct-webhook: .*403/) },
  ]);
  expect(left()).toEqual([role]);
  expect(conditions()).toMatchObject([{ status: 'True' }]);
});

test('A registration that a webhook restores before it ends is removed again.', async () => {
  let isRestored = false;
  // Before the first request that follows the removal, as a webhook does that still runs.
  const restore = () => {
    if (!isRestored && cluster.find(registration) === undefined) {
      isRestored = true;
      cluster.server.create(registration, { metadata: { name: registrationName } });
    }
    return false;
  };
  cluster.server.fail({ matches: restore, answer: 'reset' });
  expect(await run()).toEqual([]);
  expect(isRestored).toBe(true);
  expectNothingLeft();
});

test('The gate type comes from the settings that the controller runs with.', async () => {
  await cluster.close();
  cluster = await startInstalledCluster('example.com/gate');
  await run();
  expect(conditions()).toMatchObject([{ type: 'example.com/gate', reason: 'Uninstalled' }]);
});

test('The plan says which gates are looked for when the settings are gone.', async () => {
  const line = 'only gates of type cloud.tencent.com/load-balancer-backendgroup-ready are looked for';
  expect(describePlan(await read())).not.toContain(line);
  remove(settings);
  expect(describePlan(await read())).toContain(line);
});

test('The plan names what is removed, and which other pods are deleted with the Namespace.', async () => {
  cluster.server.create(paths.pods('clb-direct'), { metadata: { name: 'another-pod' } });
  const plan = describePlan(await read());
  for (const part of [
    'Namespace clb-direct, with all that is in it',
    'Deployment clb-direct-webhook',
    'RoleBinding kube-system/clb-direct-controller',
    'ClusterRole clb-direct-webhook-uninstall',
    'IngressClass clb-direct',
    'ClusterRoleBinding clb-direct-webhook-uninstall',
    'ClusterRole clb-direct-webhook-older',
    'Pod shop/web-1',
    'Service shop/web',
    'are deleted with it: another-pod',
  ]) {
    expect(plan).toContain(part);
  }
});

test('Listeners are listed by the name that the console shows.', async () => {
  const { remains, install } = await read();
  const text = describeRemains(remains, install.settings.clusterId);
  expect(text).toContain(listener());
  expect(text).not.toContain('*');
  expect(text).toContain('may be there');
  expect(text).toContain('delete only a listener with exactly this name');
  const nothing = { listeners: [], balancers: [], isComplete: true };
  expect(describeRemains(nothing, 'cls-1')).toBe('No CLB carries listeners of clb-direct, by all that is recorded.');
});
