import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { readHomeUid } from './home.ts';

const path = '/api/v1/namespaces/ns';
const { signal } = new AbortController();

let api: MemoryApi;
let why: () => Promise<string | undefined>;
beforeEach(() => {
  api = createMemoryApi();
  api.objects.set(path, { metadata: { uid: 'ns-uid' } });
  why = () => Promise.resolve(undefined);
});

const read = () => readHomeUid({ api, namespace: 'ns', leaving: { why: () => why() } }, signal);

test('the UID of the namespace is known while nobody uninstalls us', async () => {
  expect(await read()).toBe('ns-uid');
});

test.each<[string, () => void]>([
  ['the Namespace is going', () => api.objects.set(path, { metadata: { uid: 'x', deletionTimestamp: 'now' } })],
  ['the Namespace is gone', () => api.objects.delete(path)],
  ['the Deployment is gone', () => (why = () => Promise.resolve('Deployment x is gone'))],
])('nothing may come back when %s', async (_, change) => {
  change();
  expect(await read()).toBeUndefined();
});

test('whoever cannot tell does not keep us from healing', async () => {
  why = () => new Promise(() => undefined);
  expect(await read()).toBe('ns-uid');
});
