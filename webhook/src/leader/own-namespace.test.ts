import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { readOwnNamespace } from './own-namespace.ts';

const path = '/api/v1/namespaces/ns';
const { signal } = new AbortController();

let api: MemoryApi;
let checks: number;
let why: () => Promise<string | undefined>;
let namespaceUid: () => Promise<string | undefined>;
beforeEach(() => {
  api = createMemoryApi();
  api.objects.set(path, { metadata: { uid: 'ns-uid' } });
  checks = 0;
  why = () => Promise.resolve(undefined);
  const uninstall = {
    why: () => {
      checks += 1;
      return why();
    },
  };
  const read = readOwnNamespace({ api, namespace: 'ns', uninstall });
  namespaceUid = () => read(signal);
});

test('the UID of the namespace is known while no uninstall runs, and is read once', async () => {
  expect([await namespaceUid(), await namespaceUid()]).toEqual(['ns-uid', 'ns-uid']);
  expect([checks, api.calls.length]).toEqual([2, 1]);
});

test('callers at the same moment share one answer', async () => {
  expect(await Promise.all([namespaceUid(), namespaceUid()])).toEqual(['ns-uid', 'ns-uid']);
  expect(checks).toBe(1);
});

test('nothing may come back during an uninstall', async () => {
  await namespaceUid();
  why = () => Promise.resolve('Deployment x is gone');
  expect(await namespaceUid()).toBeUndefined();
});

test('without the UID nothing is done, and it is read again', async () => {
  api.objects.delete(path);
  await expect(namespaceUid()).rejects.toMatchObject({ status: 404 });
  api.objects.set(path, { metadata: { uid: 'ns-uid' } });
  expect(await namespaceUid()).toBe('ns-uid');
});

test('an uninstall check that does not answer delays no repair', async () => {
  why = () => new Promise(() => undefined);
  expect(await namespaceUid()).toBe('ns-uid');
});
