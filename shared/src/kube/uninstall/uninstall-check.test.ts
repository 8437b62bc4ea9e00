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
const home = deployment('home', 'one');
const account = serviceAccount('home', 'one');
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
  server.create(deployments('home'), { metadata: { name: 'one' }, spec: { replicas: 2 } });
  server.create(namespaces(), { metadata: { name: 'home', finalizers: ['kubernetes'] } });
  server.create(account, { metadata: { name: 'one', finalizers: ['clb-direct.io/rights'] } });
}

/** A program that has looked around and is now told to stop. */
async function stopped(): Promise<UninstallCheck> {
  const leaving = createUninstallCheck({ api, namespace: 'home', program: 'one', log, signal: stop.signal });
  await leaving.why(AbortSignal.timeout(5_000));
  stop.abort();
  return leaving;
}

const why = async (leaving: UninstallCheck) => leaving.why(AbortSignal.timeout(5_000));
const patch = (path: string, change: object) =>
  server.store.patch(placeOf(path), change as Parameters<FakeApiServer['store']['patch']>[1]);

test('A replica that is only replaced is not leaving.', async () => {
  install();
  expect(await why(await stopped())).toBeUndefined();
});

test.each<[string, () => unknown, string]>([
  ['whose Deployment is gone', () => server.store.delete(placeOf(home)), 'Deployment one is gone'],
  [
    'whose Deployment is going',
    () => patch(home, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] } }),
    'Deployment one is being deleted',
  ],
  ['that is scaled to nothing', () => patch(home, { spec: { replicas: 0 } }), 'Deployment one is scaled to 0'],
  [
    'whose Namespace is going',
    () => server.store.delete(placeOf(namespace('home'))),
    'Namespace home is being deleted',
  ],
  ['whose ServiceAccount is going', () => server.store.delete(placeOf(account)), 'ServiceAccount one is being deleted'],
])('A program %s is leaving.', async (_, happen, reason) => {
  install();
  const leaving = await stopped();
  happen();
  expect(await why(leaving)).toBe(reason);
});

test('A process that never had a Deployment, Namespace or account is not leaving because there is none.', async () => {
  expect(await why(await stopped())).toBeUndefined();
});

test('What cannot be seen is not gone.', async () => {
  install();
  const leaving = await stopped();
  server.store.delete(placeOf(home));
  server.fail({ times: 20, answer: { status: 403 } });
  expect(await why(leaving)).toBeUndefined();
});

test.each([
  ['whose time is over is told', () => AbortSignal.timeout(50), 3],
  ['that nobody waits for any more is not worth a word', () => AbortSignal.abort(), 0],
])('A look %s.', async (_, signal, lines) => {
  install();
  const told: string[] = [];
  const ears = createLogger({ program: 'test', level: 'warn', destination: { write: (line) => void told.push(line) } });
  const leaving = createUninstallCheck({ api, namespace: 'home', program: 'one', log: ears, signal: stop.signal });
  await why(leaving);
  server.fail({ times: 100, answer: 'never' });
  expect(await leaving.why(signal())).toBeUndefined();
  expect(told).toHaveLength(lines);
});

test('A look that is refused again and again is told once.', async () => {
  install();
  const told: string[] = [];
  const ears = createLogger({ program: 'test', level: 'warn', destination: { write: (line) => void told.push(line) } });
  const leaving = createUninstallCheck({ api, namespace: 'home', program: 'one', log: ears, signal: stop.signal });
  await why(leaving);
  server.fail({ times: 9, matches: ({ path }) => path === home, answer: { status: 403 } });
  for (let looks = 0; looks < 3; looks += 1) await why(leaving);
  expect(told).toEqual([expect.stringContaining('Deployment one')]);
});

test('A first look that fails is made again.', async () => {
  install();
  server.fail({ times: 2, answer: { status: 403 } });
  const leaving = createUninstallCheck({
    api,
    namespace: 'home',
    program: 'one',
    log,
    signal: stop.signal,
    pauseMs: 10,
  });
  await until(() => server.requests.length >= 5);
  server.store.delete(placeOf(home));
  expect(await why(leaving)).toBe('Deployment one is gone');
});
