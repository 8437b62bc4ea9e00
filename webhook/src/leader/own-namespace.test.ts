import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { followHome } from './own-namespace.ts';

const path = '/api/v1/namespaces/ns';
const { signal } = new AbortController();

let api: MemoryApi;
let looks: number;
let why: () => Promise<string | undefined>;
let home: () => Promise<string | undefined>;
beforeEach(() => {
  api = createMemoryApi();
  api.objects.set(path, { metadata: { uid: 'ns-uid' } });
  looks = 0;
  why = () => Promise.resolve(undefined);
  const leaving = {
    why: () => {
      looks += 1;
      return why();
    },
  };
  const follow = followHome({ api, namespace: 'ns', leaving });
  home = () => follow(signal);
});

test('the UID of the namespace is known while nobody uninstalls us, and read once', async () => {
  expect([await home(), await home()]).toEqual(['ns-uid', 'ns-uid']);
  expect([looks, api.calls.length]).toEqual([2, 1]);
});

test('who asks at the same moment shares one look', async () => {
  expect(await Promise.all([home(), home()])).toEqual(['ns-uid', 'ns-uid']);
  expect(looks).toBe(1);
});

test('nothing may come back when we leave', async () => {
  await home();
  why = () => Promise.resolve('Deployment x is gone');
  expect(await home()).toBeUndefined();
});

test('without its UID nothing is done, and it is read again', async () => {
  api.objects.delete(path);
  await expect(home()).rejects.toMatchObject({ status: 404 });
  api.objects.set(path, { metadata: { uid: 'ns-uid' } });
  expect(await home()).toBe('ns-uid');
});

test('whoever cannot tell does not keep us from healing', async () => {
  why = () => new Promise(() => undefined);
  expect(await home()).toBe('ns-uid');
});
