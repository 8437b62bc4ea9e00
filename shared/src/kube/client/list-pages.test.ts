import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createLogger } from '../../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '../../testing/fake-api-server.ts';
import { connectKube, type KubeConnection } from './connect-kube.ts';
import { listPages } from './list-pages.ts';
import { pods } from './paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
let server: FakeApiServer;
let api: KubeConnection;
beforeEach(async () => {
  server = await startFakeApiServer();
  const { kubeconfigPath } = server;
  api = await connectKube({ kubeconfigPath, userAgent: 'tester/1', log, registry: new Registry() });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

async function listed(pageSize = 500): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const names: string[] = [];
  await listPages({ api, path: pods(), query: {}, pageSize, signal, onPage: () => undefined }, (raw) => {
    names.push((raw as { readonly metadata: { readonly name: string } }).metadata.name);
  });
  return names;
}

const create = (name: string, letters: number) =>
  server.create(pods('a'), { metadata: { name }, text: 'x'.repeat(letters) });
const limits = () => server.requests.map(({ query }) => Number(query.get('limit')));

test('Small objects come in whole pages.', async () => {
  const names = Array.from({ length: 700 }, (_, at) => `p${at}`);
  for (const name of names) create(name, 10);
  expect(await listed()).toEqual(names);
  expect(limits()).toEqual([500, 500]);
});

test('Of large objects each is read, a few at once, and after them more again.', async () => {
  const large = Array.from({ length: 30 }, (_, at) => `large${at}`);
  const small = Array.from({ length: 40 }, (_, at) => `small${at}`);
  for (const name of large) create(name, 1_000_000);
  for (const name of small) create(name, 10);
  expect(await listed(100)).toEqual([...large, ...small]);
  expect(limits().slice(0, 3)).toEqual([100, 25, 7]);
  expect(limits().at(-1)).toBeGreaterThan(10);
});

test('One object is read whatever its size.', async () => {
  for (const name of ['p0', 'p1']) create(name, 9_000_000);
  expect(await listed()).toEqual(['p0', 'p1']);
});
