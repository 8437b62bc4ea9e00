import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { releaseWebhookServiceAccount } from './release-webhook-service-account.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const namespace = 'clb-direct';
const name = 'clb-direct-webhook';
const webhookAccount = placeOf(paths.serviceAccount(namespace, name));
let server: FakeApiServer;
let api: KubeApi;

beforeEach(async () => {
  server = await startFakeApiServer();
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
  server.create(paths.serviceAccount(namespace, name), { metadata: { name, finalizers: ['clb-direct.io/rights'] } });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

function givePod(state: object): void {
  const metadata = { name: `${name}-1`, labels: { 'app.kubernetes.io/name': name } };
  server.create(paths.pods(namespace), { metadata, status: { containerStatuses: [{ state }] } });
}

const release = async () => releaseWebhookServiceAccount({ api, namespace, log, signal: AbortSignal.timeout(10_000) });
const isThere = () => server.store.has(webhookAccount);

test.each<[string, object[]]>([
  ['has no pods', []],
  ['crashes again and again', [{ waiting: { reason: 'CrashLoopBackOff' } }]],
])('The deleted ServiceAccount of a webhook that %s is released.', async (_, states) => {
  states.forEach(givePod);
  server.store.delete(webhookAccount);
  await release();
  expect(isThere()).toBe(false);
});

test('A webhook that runs removes its finalizer itself.', async () => {
  givePod({ running: {} });
  server.store.delete(webhookAccount);
  await release();
  expect(isThere()).toBe(true);
});

test('The ServiceAccount of a webhook that stays keeps its finalizer.', async () => {
  await release();
  expect(server.store.get(webhookAccount).metadata['finalizers']).toEqual(['clb-direct.io/rights']);
});

test('What cannot be read is left alone, and the error is not thrown.', async () => {
  server.store.delete(webhookAccount);
  server.fail({ times: 100, answer: { status: 403 } });
  await release();
  expect(isThere()).toBe(true);
});
