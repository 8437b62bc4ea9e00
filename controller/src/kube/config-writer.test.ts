import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { webOwner } from '../testing/builders.ts';
import { createConfigWriter } from './config-writer.ts';

const path = '/apis/cloud.tencent.com/v1alpha1/namespaces/shop/tkeserviceconfigs';
const missing = { name: 'web-auto-service-config', isMissing: true, spec: undefined, next: { a: 1 } };
const found = { ...missing, isMissing: false };
const { signal } = new AbortController();
let server: FakeApiServer;
let api: KubeApi;

beforeEach(async () => {
  server = await startFakeApiServer();
  const log = createLogger({ program: 'test', level: 'silent' });
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const write = async (config: typeof missing) => createConfigWriter(api).write(webOwner, config, signal);
const answer = (status: number) => server.fail({ matches: () => true, answer: { status }, times: 1 });
const lastBody = () => JSON.parse(server.requests.at(-1)?.body ?? '{}') as unknown;

test('A missing one is created and belongs to its owner.', async () => {
  expect(await write(missing)).toBe(true);
  expect(server.requests.at(-1)).toMatchObject({ method: 'POST', path });
  expect(lastBody()).toEqual({
    apiVersion: 'cloud.tencent.com/v1alpha1',
    kind: 'TkeServiceConfig',
    metadata: {
      name: 'web-auto-service-config',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'uid-web' }],
    },
    spec: { a: 1 },
  });
});

test('One that exists is changed only if it still has the spec that was judged.', async () => {
  answer(422);
  expect(await write({ ...found, spec: { b: 2 } as never })).toBe(true);
  expect(server.requests.at(-1)).toMatchObject({ method: 'PATCH', path: `${path}/web-auto-service-config` });
  expect(lastBody()).toEqual([
    { op: 'test', path: '/spec', value: { b: 2 } },
    { op: 'add', path: '/spec', value: { a: 1 } },
  ]);
});

test('One without a spec gets it.', async () => {
  answer(404);
  expect(await write(found)).toBe(true);
  expect(lastBody()).toEqual([{ op: 'add', path: '/spec', value: { a: 1 } }]);
});

test('Another writer that was faster is no error; a refusal is an answer; anything else is an error.', async () => {
  await write(missing);
  expect(await write(missing)).toBe(true);
  answer(403);
  expect(await write(missing)).toBe(false);
  answer(400);
  await expect(write(missing)).rejects.toThrow();
});
