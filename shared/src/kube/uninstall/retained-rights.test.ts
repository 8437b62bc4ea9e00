import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '../../runtime/logger.ts';
import type { FakeApiServer } from '../../testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '../../testing/fake-cluster.ts';
import { placeOf } from '../../testing/fake-objects.ts';
import { until } from '../../testing/until.ts';
import { uninstallRolePaths } from './uninstall-role.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { retainRights, giveUpRights } from './retained-rights.ts';
import { namespaces, serviceAccount } from '../client/paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const account = serviceAccount('home', 'one');
const [bindingPath, rolePath] = uninstallRolePaths('one');
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
let cluster: FakeCluster;
let server: FakeApiServer;
let api: KubeApi;
let stop: AbortController;
let accountEnds: number;

beforeEach(async () => {
  cluster = await openFakeCluster();
  ({ server, api, stop } = cluster);
  accountEnds = 0;
  server.create(account, { metadata: { name: 'one', finalizers: ['of/another'] } });
  server.create(namespaces(), { metadata: { name: 'home' } });
});
afterEach(async () => cluster.close());

const options = () => ({ api, program: 'one', namespace: 'home', log, signal: stop.signal });
const keep = async (pauseMs = 10, ears = log) =>
  retainRights({
    ...options(),
    log: ears,
    rules: [rule],
    onServiceAccountDeleted: () => void (accountEnds += 1),
    pauseMs,
  });
const layDown = async () => giveUpRights({ ...options(), signal: AbortSignal.timeout(10_000) });

const at = (path: string) => server.store.get(placeOf(path));
const has = (path: string) => server.store.has(placeOf(path));
const finalizers = () => at(account).metadata['finalizers'] as string[];
const isKept = () => finalizers().includes('clb-direct.io/rights');
const loseFinalizers = () => server.store.replace(placeOf(account), { metadata: { name: 'one', finalizers: [] } });
const writes = () => server.requests.filter(({ method }) => method !== 'GET').length;

/** Everything is kept, and the loop has ended. */
async function keepAll(): Promise<void> {
  const kept = keep();
  await until(isKept);
  stop.abort();
  await kept;
  stop = new AbortController();
}

test('The account is kept, and a role and its binding are made that go with the Namespace.', async () => {
  await keepAll();
  const { uid } = at('/api/v1/namespaces/home').metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Namespace', name: 'home', uid }];
  expect(finalizers()).toEqual(['of/another', 'clb-direct.io/rights']);
  expect(at(rolePath)).toMatchObject({
    metadata: { ownerReferences },
    rules: expect.arrayContaining([rule]) as unknown,
  });
  expect(at(bindingPath)).toMatchObject({
    metadata: { ownerReferences },
    roleRef: { kind: 'ClusterRole', name: 'one-uninstall' },
    subjects: [{ kind: 'ServiceAccount', name: 'one', namespace: 'home' }],
  });
});

test('Once kept, it is looked at and not written any more.', async () => {
  void keep();
  await until(isKept);
  const [looks, before] = [server.requests.length, writes()];
  await until(() => server.requests.length > looks + 9);
  expect(writes()).toBe(before);
});

test.each<[string, () => unknown, () => boolean]>([
  ['a role', () => server.store.delete(placeOf(rolePath)), () => has(rolePath)],
  ['a binding', () => server.store.delete(placeOf(bindingPath)), () => has(bindingPath)],
  ['a finalizer', () => loseFinalizers(), isKept],
])('%s that somebody took away comes back.', async (_, takeAway, isBack) => {
  void keep(100);
  await until(isKept);
  takeAway();
  expect(isBack()).toBe(false);
  await until(isBack);
});

test('What another version has left is replaced.', async () => {
  server.create(rolePath, { metadata: { name: 'one-uninstall' }, rules: [] });
  server.create(bindingPath, { metadata: { name: 'one-uninstall' } });
  await keepAll();
  expect(at(rolePath)).toMatchObject({ rules: expect.arrayContaining([rule]) as unknown });
});

test('The binding is tried again until the API server knows the role.', async () => {
  server.fail({ times: 2, matches: ({ path }) => path === bindingPath, answer: { status: 404 } });
  await keepAll();
  expect(has(bindingPath)).toBe(true);
});

test('The finalizer comes off when the rights to take it off later are gone, and comes back with them.', async () => {
  void keep();
  await until(isKept);
  server.fail({ times: 1_000, matches: ({ path }) => path === rolePath, answer: { status: 403 } });
  await until(() => !isKept());
  server.heal();
  await until(isKept);
});

test('Rights that cannot be kept are told once, not at every look.', async () => {
  const told: string[] = [];
  const write = (line: string) => void told.push(line);
  void keep(10, createLogger({ program: 'test', level: 'warn', destination: { write } }));
  await until(isKept);
  server.fail({ times: 1_000, matches: ({ path }) => path === rolePath, answer: { status: 403 } });
  const before = server.requests.length;
  await until(() => server.requests.length > before + 20);
  expect(told).toEqual([expect.stringContaining('cannot keep its rights')]);
});

test('An account that is deleted is told of, and not held on to.', async () => {
  void keep();
  await until(isKept);
  server.store.delete(placeOf(account));
  await until(() => accountEnds > 0);
  const before = writes();
  await layDown();
  await until(() => !isKept());
  expect(writes()).toBe(before + 3);
});

test('A process without an account makes nothing.', async () => {
  loseFinalizers();
  server.store.delete(placeOf(account));
  void keep();
  await until(() => server.requests.length > 5);
  expect([has(rolePath), has(bindingPath), accountEnds]).toEqual([false, false, 0]);
});

test('Laid down, nothing of it is left.', async () => {
  await keepAll();
  await layDown();
  expect(finalizers()).toEqual(['of/another']);
  expect([has(rolePath), has(bindingPath)]).toEqual([false, false]);
});

test('An account that is gone keeps nothing else from being laid down.', async () => {
  await keepAll();
  server.fail({ matches: ({ path }) => path === account, answer: { status: 404 } });
  await layDown();
  expect([has(rolePath), has(bindingPath)]).toEqual([false, false]);
});

test.each([401, 403, 500])('An API server that answers %d breaks nothing.', async (status) => {
  server.fail({ times: 1_000, answer: { status } });
  const kept = keep();
  await until(() => server.requests.length > 5);
  await layDown();
  stop.abort();
  await kept;
  server.heal();
  expect(finalizers()).toEqual(['of/another']);
});
