import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '../../runtime/logger.ts';
import type { FakeApiServer } from '../../testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '../../testing/fake-cluster.ts';
import { placeOf } from '../../testing/fake-objects.ts';
import { until } from '../../testing/until.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { createUninstallCheck, type UninstallCheck } from './uninstall-check.ts';
import { deployment, deployments, namespace, namespaces, serviceAccount } from '../client/paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const deploymentPath = deployment('system', 'one');
const accountPath = serviceAccount('system', 'one');
let cluster: FakeCluster;
let server: FakeApiServer;
let api: KubeApi;
let stop: AbortController;

beforeEach(async () => {
  cluster = await openFakeCluster();
  ({ server, api, stop } = cluster);
});
afterEach(async () => cluster.close());

function install(): void {
  server.create(deployments('system'), { metadata: { name: 'one' }, spec: { replicas: 2 } });
  server.create(namespaces(), { metadata: { name: 'system', finalizers: ['kubernetes'] } });
  server.create(accountPath, { metadata: { name: 'one', finalizers: ['clb-direct.io/rights'] } });
}

/** The check of a program that has read its objects once and is now stopped. */
async function stopped(): Promise<UninstallCheck> {
  const check = createUninstallCheck({ api, namespace: 'system', program: 'one', log, signal: stop.signal });
  await check.why(AbortSignal.timeout(5_000));
  stop.abort();
  return check;
}

const why = async (check: UninstallCheck) => check.why(AbortSignal.timeout(5_000));
const patch = (path: string, change: object) =>
  server.store.patch(placeOf(path), change as Parameters<FakeApiServer['store']['patch']>[1]);

test('A replica that is only replaced is not uninstalled.', async () => {
  install();
  expect(await why(await stopped())).toBeUndefined();
});

test.each<[string, () => unknown, string]>([
  ['whose Deployment is gone', () => server.store.delete(placeOf(deploymentPath)), 'Deployment one is gone'],
  [
    'whose Deployment is being deleted',
    () =>
      patch(deploymentPath, {
        metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] },
      }),
    'Deployment one is being deleted',
  ],
  ['that is scaled to 0', () => patch(deploymentPath, { spec: { replicas: 0 } }), 'Deployment one is scaled to 0'],
  [
    'whose Namespace is being deleted',
    () => server.store.delete(placeOf(namespace('system'))),
    'Namespace system is being deleted',
  ],
  [
    'whose ServiceAccount is being deleted',
    () => server.store.delete(placeOf(accountPath)),
    'ServiceAccount one is being deleted',
  ],
])('A program %s is uninstalled.', async (_, happen, reason) => {
  install();
  const check = await stopped();
  happen();
  expect(await why(check)).toBe(reason);
});

test('A process that never had a Deployment, Namespace or ServiceAccount is not uninstalled.', async () => {
  expect(await why(await stopped())).toBeUndefined();
});

test('What cannot be read is not gone.', async () => {
  install();
  const check = await stopped();
  server.store.delete(placeOf(deploymentPath));
  server.fail({ times: 20, answer: { status: 403 } });
  expect(await why(check)).toBeUndefined();
});

test.each([
  ['that times out is logged', () => AbortSignal.timeout(50), 3],
  ['whose answer is no longer wanted is not logged', () => AbortSignal.abort(), 0],
])('A check %s.', async (_, signal, lines) => {
  install();
  const logged: string[] = [];
  const logger = createLogger({
    program: 'test',
    level: 'warn',
    destination: { write: (line) => void logged.push(line) },
  });
  const check = createUninstallCheck({ api, namespace: 'system', program: 'one', log: logger, signal: stop.signal });
  await why(check);
  server.fail({ times: 100, answer: 'never' });
  expect(await check.why(signal())).toBeUndefined();
  expect(logged).toHaveLength(lines);
});

test('A check that is refused again and again is logged once.', async () => {
  install();
  const logged: string[] = [];
  const logger = createLogger({
    program: 'test',
    level: 'warn',
    destination: { write: (line) => void logged.push(line) },
  });
  const check = createUninstallCheck({ api, namespace: 'system', program: 'one', log: logger, signal: stop.signal });
  await why(check);
  server.fail({ times: 9, matches: ({ path }) => path === deploymentPath, answer: { status: 403 } });
  for (let checks = 0; checks < 3; checks += 1) await why(check);
  expect(logged).toEqual([expect.stringContaining('Deployment one')]);
});

test('A first read that fails is repeated.', async () => {
  install();
  server.fail({ times: 2, answer: { status: 403 } });
  const check = createUninstallCheck({
    api,
    namespace: 'system',
    program: 'one',
    log,
    signal: stop.signal,
    pauseMs: 10,
  });
  await until(() => server.requests.length >= 5);
  server.store.delete(placeOf(deploymentPath));
  expect(await why(check)).toBe('Deployment one is gone');
});
