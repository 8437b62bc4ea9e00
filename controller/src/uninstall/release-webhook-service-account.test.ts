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
const account = placeOf(paths.serviceAccount(namespace, name));
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

const free = async () => releaseWebhookServiceAccount({ api, namespace, log, signal: AbortSignal.timeout(10_000) });
const isThere = () => server.store.has(account);

test.each<[string, object[]]>([
  ['has no pods', []],
  ['crashes again and again', [{ waiting: { reason: 'CrashLoopBackOff' } }]],
])('The deleted account of a webhook that %s is let go.', async (_, states) => {
  states.forEach(givePod);
  server.store.delete(account);
  await free();
  expect(isThere()).toBe(false);
});

test('A webhook that runs lets go itself.', async () => {
  givePod({ running: {} });
  server.store.delete(account);
  await free();
  expect(isThere()).toBe(true);
});

test('The account of a webhook that stays is none of our business.', async () => {
  await free();
  expect(server.store.get(account).metadata['finalizers']).toEqual(['clb-direct.io/rights']);
});

test('What cannot be seen is left alone, and breaks nothing.', async () => {
  server.store.delete(account);
  server.fail({ times: 100, answer: { status: 403 } });
  await free();
  expect(isThere()).toBe(true);
});
