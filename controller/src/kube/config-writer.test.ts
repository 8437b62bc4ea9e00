import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { tkeServiceConfig } from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { webOwner } from '../testing/builders.ts';
import type { OwnedConfig } from '../core/model/cluster-port.ts';
import type { KeptConfig } from '../core/model/related-objects.ts';
import { createConfigWriter } from './config-writer.ts';

const path = '/apis/cloud.tencent.com/v1alpha1/namespaces/shop/tkeserviceconfigs';
const missing = { name: 'web-auto-service-config', found: undefined, next: { a: 1 } };
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

const write = async (config: OwnedConfig) => createConfigWriter(api).write(webOwner, config, signal);
const answer = (status: number) => server.fail({ matches: () => true, answer: { status }, times: 1 });
const standing = () => server.store.get(placeOf(tkeServiceConfig('shop', missing.name)));
const lastBody = () => JSON.parse(server.requests.at(-1)?.body ?? '{}') as unknown;
interface Found {
  readonly next?: unknown;
  readonly version?: string;
  readonly madeBy?: KeptConfig['madeBy'];
}

/** As it was read. */
const found = ({ next = { a: 2 }, version = standing().metadata.resourceVersion ?? '', madeBy = 'us' }: Found = {}) => {
  return { ...missing, next, found: { spec: {}, kept: { version, ownerUids: ['uid-web'], madeBy } } };
};

test('A missing one is created with our label, and belongs to its owner.', async () => {
  expect(await write(missing)).toBeUndefined();
  expect(server.requests.at(-1)).toMatchObject({ method: 'POST', path });
  expect(lastBody()).toEqual({
    apiVersion: 'cloud.tencent.com/v1alpha1',
    kind: 'TkeServiceConfig',
    metadata: {
      name: 'web-auto-service-config',
      labels: { 'app.kubernetes.io/managed-by': 'clb-direct-controller' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'uid-web' }],
    },
    spec: { a: 1 },
  });
});

test('One that exists is changed only if it is still the one that was judged.', async () => {
  await write(missing);
  expect(await write(found({ version: '999' }))).toBeUndefined();
  expect(standing()).toMatchObject({ spec: { a: 1 } });
  expect(await write(found())).toBeUndefined();
  expect(standing()).toMatchObject({ spec: { a: 2 } });
});

test.each<[string, readonly string[], object]>([
  ['that it goes with', ['uid-web'], {}],
  [
    'that it does not go with yet',
    [],
    { ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'uid-web' }] },
  ],
])('One that was made for its owner, %s, gets our label.', async (_, ownerUids, more) => {
  await write({ ...missing, found: { spec: {}, kept: { version: '7', ownerUids, madeBy: 'tke' } } });
  const labels = { 'app.kubernetes.io/managed-by': 'clb-direct-controller' };
  expect(lastBody()).toEqual({ metadata: { resourceVersion: '7', labels, ...more }, spec: { a: 1 } });
});

test('A write whose answer is lost is no error once it is tried again.', async () => {
  server.fail({ answer: { status: 503 }, afterEffect: true, times: 1 });
  await write(missing).catch(() => undefined);
  expect(await write(missing)).toBeUndefined();
  expect(standing()).toMatchObject({ spec: { a: 1 } });
});

test('Another writer that was faster is no error, and one that is gone neither.', async () => {
  await write(missing);
  expect(await write(missing)).toBeUndefined();
  answer(404);
  expect(await write(found())).toBeUndefined();
});

test.each([
  [403, true],
  [400, false],
  [422, false],
])('A refusal (%d) is an answer.', async (status, isForbidden) => {
  answer(status);
  expect(await write(missing)).toMatchObject({ isForbidden, message: expect.anything() as unknown });
});

test('What may be otherwise another time is an error, so that it is tried again.', async () => {
  server.fail({ answer: { status: 500 }, times: 99 });
  await expect(write(missing)).rejects.toThrow();
});
