import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from '../../runtime/logger.ts';
import type { FakeApiServer, FakeRequest } from '../../testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '../../testing/fake-cluster.ts';
import { placeOf } from '../../testing/fake-objects.ts';
import { until } from '../../testing/until.ts';
import { uninstallRolePaths } from './uninstall-role.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { retainRights, giveUpRights } from './retained-rights.ts';
import { namespaces, serviceAccount } from '../client/paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const accountPath = serviceAccount('system', 'one');
const [bindingPath, rolePath] = uninstallRolePaths('one');
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
let cluster: FakeCluster;
let server: FakeApiServer;
let api: KubeApi;
let stop: AbortController;
let deletions: number;

beforeEach(async () => {
  cluster = await openFakeCluster();
  ({ server, api, stop } = cluster);
  deletions = 0;
  server.create(accountPath, { metadata: { name: 'one', finalizers: ['of/another'] } });
  server.create(namespaces(), { metadata: { name: 'system' } });
});
afterEach(async () => cluster.close());

const options = () => ({ api, program: 'one', namespace: 'system', log, signal: stop.signal });
const retain = async (pauseMs = 10, logger = log, restMs = pauseMs) =>
  retainRights({
    ...options(),
    log: logger,
    rules: [rule],
    onServiceAccountDeleted: () => void (deletions += 1),
    pauseMs,
    restMs,
  });
const giveUp = async () => giveUpRights({ ...options(), signal: AbortSignal.timeout(10_000) });

const at = (path: string) => server.store.get(placeOf(path));
const has = (path: string) => server.store.has(placeOf(path));
const finalizers = () => at(accountPath).metadata['finalizers'] as string[];
const hasFinalizer = () => finalizers().includes('clb-direct.io/rights');
const removeFinalizers = () =>
  server.store.replace(placeOf(accountPath), { metadata: { name: 'one', finalizers: [] } });
const writes = () => server.requests.filter(({ method }) => method !== 'GET').length;

/** Everything is written, and the loop has ended. */
async function retainAll(): Promise<void> {
  const retaining = retain();
  await until(hasFinalizer);
  stop.abort();
  await retaining;
  stop = new AbortController();
}

test('The ServiceAccount gets a finalizer, and the Namespace owns the new role and its binding.', async () => {
  await retainAll();
  const { uid } = at('/api/v1/namespaces/system').metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Namespace', name: 'system', uid }];
  expect(finalizers()).toEqual(['of/another', 'clb-direct.io/rights']);
  expect(at(rolePath)).toMatchObject({
    metadata: { ownerReferences },
    rules: expect.arrayContaining([rule]) as unknown,
  });
  expect(at(bindingPath)).toMatchObject({
    metadata: { ownerReferences },
    roleRef: { kind: 'ClusterRole', name: 'one-uninstall' },
    subjects: [{ kind: 'ServiceAccount', name: 'one', namespace: 'system' }],
  });
});

test('Once everything is written, it is only read.', async () => {
  void retain();
  await until(hasFinalizer);
  const [requests, before] = [server.requests.length, writes()];
  await until(() => server.requests.length > requests + 9);
  expect(writes()).toBe(before);
});

test.each<[string, () => unknown, () => boolean]>([
  ['a role', () => server.store.delete(placeOf(rolePath)), () => has(rolePath)],
  ['a binding', () => server.store.delete(placeOf(bindingPath)), () => has(bindingPath)],
  ['a finalizer', () => removeFinalizers(), hasFinalizer],
])('%s that was removed comes back.', async (_, remove, isThere) => {
  void retain(100);
  await until(hasFinalizer);
  remove();
  expect(isThere()).toBe(false);
  await until(isThere);
});

describe('While watches show changes', () => {
  const never = 3_600_000;
  /** At rest: everything is written, and what was written has come back by the watches. */
  async function retainAtRest(): Promise<void> {
    void retain(10, log, never);
    await until(() => hasFinalizer() && server.watches.size === 3);
    for (let before = -1; before !== server.requests.length;) {
      before = server.requests.length;
      await wait(200);
    }
  }

  test('nothing is read.', async () => {
    await retainAtRest();
    const before = server.requests.length;
    await wait(300);
    expect(server.requests.slice(before)).toEqual([]);
  });

  test.each<[string, () => unknown, () => boolean]>([
    ['a role', () => server.store.delete(placeOf(rolePath)), () => has(rolePath)],
    ['a binding', () => server.store.delete(placeOf(bindingPath)), () => has(bindingPath)],
    ['a finalizer', () => removeFinalizers(), hasFinalizer],
  ])('%s that was removed comes back.', async (_, remove, isThere) => {
    await retainAtRest();
    remove();
    await until(isThere);
  });

  test('a ServiceAccount that is deleted is reported.', async () => {
    await retainAtRest();
    server.store.delete(placeOf(accountPath));
    await until(() => deletions > 0);
  });

  test('a program that may not watch checks as often as without them.', async () => {
    const matches = (request: FakeRequest) => request.query.has('fieldSelector');
    server.fail({ times: 10_000, matches, answer: { status: 403 } });
    void retain(10, log, never);
    await until(hasFinalizer);
    server.store.delete(placeOf(rolePath));
    await until(() => has(rolePath));
  });
});

test('What another version has written is replaced.', async () => {
  server.create(rolePath, { metadata: { name: 'one-uninstall' }, rules: [] });
  server.create(bindingPath, { metadata: { name: 'one-uninstall' } });
  await retainAll();
  expect(at(rolePath)).toMatchObject({ rules: expect.arrayContaining([rule]) as unknown });
});

test('The binding is tried again until the API server knows the role.', async () => {
  server.fail({ times: 2, matches: ({ path }) => path === bindingPath, answer: { status: 404 } });
  await retainAll();
  expect(has(bindingPath)).toBe(true);
});

test('The finalizer is removed when the permissions to remove it later are gone, and returns with them.', async () => {
  void retain();
  await until(hasFinalizer);
  server.fail({ times: 1_000, matches: ({ path }) => path === rolePath, answer: { status: 403 } });
  await until(() => !hasFinalizer());
  server.heal();
  await until(hasFinalizer);
});

test('Rights that cannot be kept are logged once, not at every check.', async () => {
  const logged: string[] = [];
  const write = (line: string) => void logged.push(line);
  void retain(10, createLogger({ program: 'test', level: 'warn', destination: { write } }));
  await until(hasFinalizer);
  server.fail({ times: 1_000, matches: ({ path }) => path === rolePath, answer: { status: 403 } });
  const before = server.requests.length;
  await until(() => server.requests.length > before + 20);
  expect(logged).toEqual([expect.stringContaining('cannot keep its permissions')]);
});

test('A ServiceAccount that is deleted is reported, and gets no new finalizer.', async () => {
  void retain();
  await until(hasFinalizer);
  server.store.delete(placeOf(accountPath));
  await until(() => deletions > 0);
  const before = writes();
  await giveUp();
  await until(() => !hasFinalizer());
  expect(writes()).toBe(before + 3);
});

test('A process without a ServiceAccount makes nothing.', async () => {
  removeFinalizers();
  server.store.delete(placeOf(accountPath));
  void retain();
  await until(() => server.requests.length > 5);
  expect([has(rolePath), has(bindingPath), deletions]).toEqual([false, false, 0]);
});

test('Given up, nothing of it is left.', async () => {
  await retainAll();
  await giveUp();
  expect(finalizers()).toEqual(['of/another']);
  expect([has(rolePath), has(bindingPath)]).toEqual([false, false]);
});

test('A ServiceAccount that is gone keeps nothing else from being removed.', async () => {
  await retainAll();
  server.fail({ matches: ({ path }) => path === accountPath, answer: { status: 404 } });
  await giveUp();
  expect([has(rolePath), has(bindingPath)]).toEqual([false, false]);
});

test.each([401, 403, 500])('An API server that answers %d breaks nothing.', async (status) => {
  server.fail({ times: 1_000, answer: { status } });
  const retaining = retain();
  await until(() => server.requests.length > 5);
  await giveUp();
  stop.abort();
  await retaining;
  server.heal();
  expect(finalizers()).toEqual(['of/another']);
});
