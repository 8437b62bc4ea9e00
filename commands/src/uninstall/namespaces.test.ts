import { afterEach, expect, test } from '@jest/globals';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { describePlan } from './describe-plan.ts';
import { readClusterState } from './cluster-state.ts';
import { findNamespace } from './find-namespace.ts';
import { programPaths, startInstalledCluster, type InstalledCluster } from './testing/installed-cluster.ts';
import { uninstall } from './uninstall.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const signal = AbortSignal.timeout(60_000);
const labels = { 'app.kubernetes.io/part-of': 'clb-direct' };
let cluster: InstalledCluster;
afterEach(() => cluster.close());

const start = async (namespace: string, isLabelled = true) => {
  cluster = await startInstalledCluster(defaultGateType, { namespace, isLabelled });
};
const find = async (asked?: string) => findNamespace(cluster.api, asked, signal);
const read = async (asked?: string) =>
  readClusterState({ api: cluster.api, known: { namespace: await find(asked) } }, signal);
const run = async (asked?: string) =>
  uninstall(await read(asked), { api: cluster.api, say: () => undefined, log, onSeen: () => undefined }, signal);
const addNamespace = (name: string) => cluster.server.create(paths.namespaces(), { metadata: { name, labels } });
const addProgram = (namespace: string) =>
  cluster.server.create(paths.deployments(namespace), { metadata: { name: 'clb-direct-controller', labels } });
const addRecord = (namespace: string) =>
  cluster.server.create(paths.configMaps(namespace), {
    metadata: { name: 'clb-direct-records', labels: { [recordLabel.name]: recordLabel.region } },
  });
const there = (all: readonly string[]) => all.filter((path) => cluster.find(path) !== undefined);
const finalizers = () => cluster.find(paths.service('shop', 'web'))?.metadata['finalizers'];

/** In the namespace infra, but for Deployments. */
const inInfra = [
  paths.service('infra', 'clb-direct-webhook'),
  `${paths.podDisruptionBudgets('infra')}/clb-direct-webhook`,
  paths.role('infra', 'clb-direct-webhook'),
  paths.roleBinding('infra', 'clb-direct-webhook'),
];
const written = [paths.secret('infra', 'clb-direct-webhook-certs'), paths.lease('infra', 'clb-direct-controller')];
const others = [paths.configMap('infra', 'other'), paths.configMap('infra', 'clb-direct-records')];

async function startInInfra(): Promise<void> {
  await start('infra', false);
  const nameOf = (path: string) => path.split('/').at(-1) ?? '';
  for (const path of inInfra) cluster.server.create(path, { metadata: { name: nameOf(path), labels } });
  for (const path of written) cluster.server.create(path, { metadata: { name: nameOf(path) } });
  cluster.server.create(paths.configMaps('infra'), { metadata: { name: 'other' } });
  addRecord('infra');
}

test('In a Namespace without our label the programs are stopped and all of ours goes, and it stays.', async () => {
  await startInInfra();
  expect(await run()).toEqual([]);
  const accounts = ['clb-direct-controller', 'clb-direct-webhook'].map((name) => paths.serviceAccount('infra', name));
  expect(there([...programPaths('infra'), ...inInfra, ...written, ...accounts])).toEqual([]);
  expect(there([...others, paths.namespace('infra')])).toHaveLength(3);
  expect(finalizers()).toEqual([]);
});

test('A second time there is nothing to do there.', async () => {
  await startInInfra();
  await run();
  const { install, plan } = await read();
  expect({ ...install, ...plan }).toMatchObject({
    namespace: 'infra',
    namespaceParts: [],
    deployments: [],
    releases: [],
  });
});

test('The plan says that the Namespace stays.', async () => {
  await startInInfra();
  const plan = describePlan(await read());
  expect(plan).toContain('Namespace infra stays');
  expect(plan).not.toContain('Namespace infra, with all that is in it');
  expect(plan).toContain('Deployment clb-direct-webhook');
});

test('Of two Namespaces with our label the one that has the programs is uninstalled.', async () => {
  await start('infra');
  addNamespace('clb-direct');
  addNamespace('a-first-one');
  expect(describePlan(await read())).toContain('Namespace a-first-one carries the label of clb-direct too, and stays.');
  expect(await run()).toEqual([]);
  expect(there([...programPaths('infra'), paths.namespace('infra')])).toEqual([]);
  expect(there([paths.namespace('clb-direct'), paths.namespace('a-first-one')])).toHaveLength(2);
});

test.each<[string, string, () => unknown]>([
  ['its ServiceAccounts', 'infra', () => undefined],
  ['its settings', 'ops', () => cluster.server.create(paths.configMaps('ops'), { metadata: { name: 's', labels } })],
  ['its records', 'ops', () => addRecord('ops')],
])('Where an uninstall was cut off, it goes on in the namespace that still has %s.', async (_, expected, leave) => {
  await start('infra');
  for (const path of programPaths('infra')) cluster.server.store.delete(placeOf(path));
  if (expected !== 'infra') {
    for (const { metadata } of cluster.server.store.list(placeOf(paths.serviceAccounts()))) {
      const path = paths.serviceAccount('infra', metadata.name);
      cluster.server.store.replace(placeOf(path), { metadata: { name: metadata.name, finalizers: [] } });
      cluster.server.store.delete(placeOf(path));
    }
    cluster.server.store.delete(placeOf(paths.configMap('infra', 'clb-direct-settings-1')));
  }
  leave();
  expect(await find()).toBe(expected);
});

test('A Namespace with our label alone is not taken for an install.', async () => {
  await start('clb-direct');
  await run();
  for (const { metadata } of cluster.server.store.list(placeOf(paths.serviceAccounts()))) {
    cluster.server.store.delete(placeOf(paths.serviceAccount('clb-direct', metadata.name)));
  }
  cluster.server.store.delete(placeOf(paths.configMap('clb-direct', 'clb-direct-settings-1')));
  addNamespace('a-first-one');
  expect(await find()).toBe('clb-direct');
});

test('Programs in several namespaces are named, and nothing is done until one is chosen.', async () => {
  await start('infra');
  addProgram('ops');
  await expect(find()).rejects.toThrow('with --namespace, because clb-direct is in more than one: infra, ops');
  expect(await find('ops')).toBe('ops');
});

test('A namespace with nothing of clb-direct cannot be chosen while its programs run in another.', async () => {
  await start('infra');
  await expect(find('infr')).rejects.toThrow('nothing of clb-direct is in infr, it runs in infra');
});

test('While programs run in another namespace too, what they need stays.', async () => {
  await start('infra');
  addProgram('ops');
  expect(describePlan(await read('infra'))).toContain('clb-direct also runs in ops');
  expect(await run('infra')).toEqual([]);
  const left = there(programPaths('infra'));
  expect(left.filter((path) => path.includes('deployments'))).toEqual([]);
  expect(left).toContain(paths.clusterRole('clb-direct-controller'));
  expect(there([paths.namespace('infra')])).toEqual([]);
  expect(finalizers()).toEqual(['clb-direct.io/listeners']);
});
