import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '../testing/fake-api-server.ts';
import { placeOf } from '../testing/fake-objects.ts';
import { connectKube } from './connect-kube.ts';
import type { KubeApi } from './kube-api.ts';
import { keepOwnRights, layDownOwnRights, rightsOf } from './own-rights.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const paths = rightsOf('one', 'home');
let server: FakeApiServer;
let api: KubeApi;

beforeEach(async () => {
  server = await startFakeApiServer();
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
  for (const path of paths) server.create(path, { metadata: { name: 'one', finalizers: ['of/another'] } });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const options = () => ({ api, program: 'one', namespace: 'home', log, signal: AbortSignal.timeout(5_000) });
const finalizers = () => paths.map((path) => server.store.get(placeOf(path)).metadata['finalizers']);
const all = <T>(value: T) => paths.map(() => value);

test('Account, binding and role are kept, beside the finalizers of others.', async () => {
  await keepOwnRights(options());
  await keepOwnRights(options());
  expect(finalizers()).toEqual(all(['of/another', 'clb-direct.io/rights']));
});

test('Laid down, only the finalizers of others are left.', async () => {
  await keepOwnRights(options());
  await layDownOwnRights(options());
  expect(finalizers()).toEqual(all(['of/another']));
});

test('What is deleted meanwhile goes when the rights are laid down.', async () => {
  for (const path of paths) server.store.patch(placeOf(path), { metadata: { name: 'one', finalizers: [] } });
  for (const path of paths) {
    server.store.patch(placeOf(path), {
      metadata: { name: 'one', '$deleteFromPrimitiveList/finalizers': ['of/another'] },
    });
  }
  await keepOwnRights(options());
  for (const path of paths) server.store.delete(placeOf(path));
  expect(finalizers()).toEqual(all(['clb-direct.io/rights']));

  await layDownOwnRights(options());
  for (const path of paths) expect(() => server.store.get(placeOf(path))).toThrow('NotFound');
});

test('All three are let go side by side: the requests have left before the first is answered.', async () => {
  await keepOwnRights(options());
  const isRemoval = ({ method, query, body }: { method: string; query: URLSearchParams; body: string }) =>
    method === 'PATCH' && query.get('dryRun') === null && body.includes('$deleteFromPrimitiveList');
  server.fail({ matches: isRemoval, times: 3, answer: { delayMs: 300 } });
  const startedAt = performance.now();
  await layDownOwnRights(options());
  expect(performance.now() - startedAt).toBeLessThan(600);
  expect(finalizers()).toEqual(all(['of/another']));
});

test.each([403, 404, 500])('An API server that answers %d breaks nothing.', async (status) => {
  server.fail({ times: 100, answer: { status } });
  await keepOwnRights(options());
  await layDownOwnRights(options());
  server.heal();
  expect(finalizers()).toEqual(all(['of/another']));
});
