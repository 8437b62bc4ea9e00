import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { startProgram } from '@clb-direct/shared/testing/start-program.ts';
import { installedPaths, startInstalledCluster, type InstalledCluster } from './testing/installed-cluster.ts';

// Each test starts the program.
jest.setTimeout(60_000);
const program = join(import.meta.dirname, 'main.ts');
const node = [process.execPath, '--disable-warning=ExperimentalWarning', program] as const;

let cluster: InstalledCluster;
beforeEach(async () => {
  cluster = await startInstalledCluster();
});
afterEach(() => cluster.close());

const run = async (...args: readonly string[]) => startProgram(...node, ...args).ended;

const here = () => ['--kubeconfig', cluster.server.kubeconfigPath];
const left = () => installedPaths.filter((path) => cluster.find(path) !== undefined);

test('It prints what it does and what remains, and a second time that there is nothing to do.', async () => {
  const { code, out } = await run(...here());
  expect({ code, left: left() }).toEqual({ code: 0, left: [] });
  expect(out).toMatch(/Cluster: [^]*is removed:[^]*shop\/web +lb-one +TCP\/80[^]*clb-direct is uninstalled/);

  const again = await run(...here());
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/lb-one[^]*nothing to do/) });
});

test('A dry run writes nothing.', async () => {
  const { code, out } = await run(...here(), '--dry-run');
  expect({ code, left: left() }).toEqual({ code: 0, left: installedPaths });
  expect(out).toMatch(/opens its gate:\n +Pod shop\/web-1[^]*nothing was done/);
  expect(cluster.server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('What is left ends with 1 and is named.', async () => {
  cluster.server.fail({ times: 100, matches: ({ method }) => method === 'DELETE', answer: { status: 403 } });
  const { code, err } = await run(...here());
  expect(code).toBe(1);
  expect(err).toContain('scripts/uninstall: could not be removed: Namespace clb-direct: ');
});

test('A Service whose finalizer cannot be removed is named once.', async () => {
  const service = paths.service('shop', 'web');
  cluster.server.fail({
    times: 100,
    matches: ({ method, path }) => method === 'PATCH' && path.startsWith(service),
    answer: { status: 403 },
  });
  const { code, err } = await run(...here());
  expect(code).toBe(1);
  expect(err.trim().split('\n')).toEqual([
    expect.stringMatching(/^scripts\/uninstall: could not be removed: the finalizer of Service shop\/web: .*403/),
  ]);
});

test('Permissions that it lacks from the start are named.', async () => {
  cluster.server.fail({ times: 100, matches: ({ path }) => path.endsWith('/clusterroles'), answer: { status: 403 } });
  const { code, err } = await run(...here());
  expect({ code, left: left() }).toEqual({ code: 1, left: installedPaths });
  expect(err).toMatch(/scripts\/uninstall: .*clusterroles.*403/);
});

test.each([
  [['--dry'], "Unknown option '--dry'"],
  [['everything'], "Unexpected argument 'everything'"],
])('Wrong usage %j ends with 2.', async (args, problem) => {
  expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(problem) });
});

test('A kubeconfig that is not there is named.', async () => {
  const { code, err } = await run('--kubeconfig', '/nowhere/kubeconfig');
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('/nowhere/kubeconfig') });
});

test('--help names every option.', async () => {
  const { code, out } = await startProgram(join(import.meta.dirname, '../../../scripts/uninstall'), '--help').ended;
  expect(code).toBe(0);
  for (const option of [
    '--kubeconfig',
    '--context',
    '--namespace',
    '--gate-type',
    '--dry-run',
    '--yes',
    'Exit codes',
  ]) {
    expect(out).toContain(option);
  }
});
