import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '../testing/fake-api-server.ts';
import { placeOf } from '../testing/fake-objects.ts';
import { connectKube } from './connect-kube.ts';
import type { KubeApi } from './kube-api.ts';
import { farewellPaths, keepOwnRights, layDownOwnRights } from './own-rights.ts';
import { namespaces, serviceAccount } from './paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const account = serviceAccount('home', 'one');
const [bindingPath = '', rolePath = ''] = farewellPaths('one');
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
let server: FakeApiServer;
let api: KubeApi;

beforeEach(async () => {
  server = await startFakeApiServer();
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
  server.create(account, { metadata: { name: 'one', finalizers: ['of/another'] } });
  server.create(namespaces(), { metadata: { name: 'home' } });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const options = () => ({
  api,
  program: 'one',
  namespace: 'home',
  rules: [rule],
  log,
  signal: AbortSignal.timeout(10_000),
});
const at = (path: string) => server.store.get(placeOf(path));
const finalizers = () => at(account).metadata['finalizers'];

test('The account is kept, and a role and its binding are made that go with the Namespace.', async () => {
  await keepOwnRights(options());
  await keepOwnRights(options());

  const { uid } = at('/api/v1/namespaces/home').metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Namespace', name: 'home', uid }];
  expect(finalizers()).toEqual(['of/another', 'clb-direct.io/rights']);
  expect(at(rolePath)).toMatchObject({
    metadata: { ownerReferences },
    rules: expect.arrayContaining([rule]) as unknown,
  });
  expect(at(bindingPath)).toMatchObject({
    metadata: { ownerReferences },
    roleRef: { kind: 'ClusterRole', name: 'one-farewell' },
    subjects: [{ kind: 'ServiceAccount', name: 'one', namespace: 'home' }],
  });
});

test('The binding is tried again until the API server knows the role.', async () => {
  server.fail({ times: 2, matches: ({ path }) => path === bindingPath, answer: { status: 404 } });
  await keepOwnRights(options());
  expect(finalizers()).toContain('clb-direct.io/rights');
});

test('Laid down, nothing of it is left.', async () => {
  await keepOwnRights(options());
  await layDownOwnRights(options());
  expect(finalizers()).toEqual(['of/another']);
  for (const path of [rolePath, bindingPath]) expect(() => at(path)).toThrow('NotFound');
});

test('An account that is gone keeps nothing else from being laid down.', async () => {
  await keepOwnRights(options());
  server.fail({ matches: ({ path }) => path === account, answer: { status: 404 } });
  await layDownOwnRights(options());
  for (const path of [rolePath, bindingPath]) expect(() => at(path)).toThrow('NotFound');
});

test.each([401, 403, 500])('An API server that answers %d breaks nothing.', async (status) => {
  server.fail({ times: 100, answer: { status } });
  await keepOwnRights(options());
  await layDownOwnRights(options());
  server.heal();
  expect(finalizers()).toEqual(['of/another']);
});
