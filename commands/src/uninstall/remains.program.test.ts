import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { startProgram } from '@clb-direct/shared/testing/start-program.ts';
import { startInstalledCluster, type InstalledCluster } from './testing/installed-cluster.ts';
import { emptyWithNamespace, keepRecords } from './testing/kept-records.ts';

// Each test starts the program.
jest.setTimeout(60_000);
const program = join(import.meta.dirname, 'main.ts');
const node = [process.execPath, '--disable-warning=ExperimentalWarning', program] as const;

let cluster: InstalledCluster;
beforeEach(async () => {
  cluster = await startInstalledCluster();
});
afterEach(() => cluster.close());

const run = async (...args: readonly string[]) =>
  startProgram(...node, '--kubeconfig', cluster.server.kubeconfigPath, ...args).ended;

/** It has our finalizer, so it stays until that is removed. */
const endService = () => cluster.server.store.delete(placeOf(paths.service('shop', 'web')));
const web = () => cluster.find(paths.service('shop', 'web'));

test('A Service that is gone once it is released is listed with its listeners.', async () => {
  endService();
  const { code, out } = await run();
  expect({ code, web: web() }).toEqual({ code: 0, web: undefined });
  expect(out).toMatch(/Service shop\/web +lb-one +TCP\/80 +clb-direct_cls-1_/);
  expect(out).not.toContain('No CLB carries');
});

test('What only the records know is listed: listeners of objects that are gone, and CLBs that were made.', async () => {
  keepRecords(cluster.server);
  emptyWithNamespace(cluster.server);
  const { code, out } = await run();
  expect(code).toBe(0);
  expect(cluster.server.store.list(placeOf(paths.configMaps('clb-direct')))).toEqual([]);
  expect(out).toMatch(/Ingress shop\/gone +lb-two +HTTP\/80 a\.com\/ +clb-direct_cls-1_shared\n/);
  expect(out).toMatch(/Service shop\/web +lb-one +TCP\/80/);
  expect(out).toMatch(/Ingress shop\/made +lb-made\n/);
  expect(out).toContain('the one with the tag clb-direct.io/owner-uid=uid-asked');
  expect(out).toMatch(/Service shop\/hidden +lb-hidden, if it is there/);
  expect(out).not.toContain('owner-uid=uid-hidden');
  expect(out).not.toMatch(/shop\/done|There may be more/);
});

test('A dry run lists the same, and so knows it whoever deletes the namespace.', async () => {
  keepRecords(cluster.server);
  const { out } = await run('--dry-run');
  expect(out).toMatch(/shop\/web +lb-one[^]*shop\/made +lb-made[^]*nothing was done/);
});

test('When it fails after the namespace is gone it has said what remains.', async () => {
  keepRecords(cluster.server);
  emptyWithNamespace(cluster.server);
  const isRemoved = () => cluster.find(paths.namespace('clb-direct')) === undefined;
  cluster.server.fail({ times: 100, matches: isRemoved, answer: { status: 403 } });
  const { code, out, err } = await run();
  expect(code).toBe(1);
  expect(out).toMatch(/shop\/gone +lb-two[^]*shop\/made +lb-made/);
  expect(err).toContain('403');
});

test('Without the records it does not say that nothing remains.', async () => {
  endService();
  await run();
  emptyWithNamespace(cluster.server);
  const { code, out } = await run();
  expect(code).toBe(0);
  expect(out).toContain('No Service and no Ingress that is left names a CLB');
  expect(out).toContain('begins with clb-direct_*_, and for CLBs with the tag');
});
