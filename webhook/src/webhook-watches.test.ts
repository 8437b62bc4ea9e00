import { connectKube, type KubeConnection } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { readSettings } from '@clb-direct/shared/runtime/settings.ts';
import {
  startFakeApiServer,
  type FakeApiServer,
  type FakeRequest,
} from '@clb-direct/shared/testing/fake-api-server.ts';
import { placeOf, type FakeObject } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { webhookSettings } from './settings.ts';
import { startWebhook, type Webhook } from './webhook.ts';

const ns = '/api/v1/namespaces/clb-direct';
const registration = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/clb-direct-pod-gate';
const service = `${ns}/services/clb-direct-webhook`;
const secret = `${ns}/secrets/clb-direct-webhook-certs`;
const log = createLogger({ program: 'test', level: 'silent' });

/** No polls within a test. */
const env = {
  CLUSTER_ID: 'cls-local001',
  REGION: 'ap-guangzhou',
  VPC_ID: 'vpc-local001',
  POD_NAMESPACE: 'clb-direct',
  POD_NAME: 'one',
  WEBHOOK_HOST: '127.0.0.1',
  WEBHOOK_PORT: '0',
  DRAIN_MS: '0',
  ENI_DEFAULT: 'eni',
  REGISTRATION_CHECK_MS: '600000',
  SECRET_POLL_MS: '600000',
};

let server: FakeApiServer;
let api: KubeConnection;
let stopping: AbortController;
let webhook: Webhook;
beforeEach(async () => {
  server = await startFakeApiServer();
  server.create('/api/v1/namespaces', { metadata: { name: 'clb-direct' } });
  const status = { podIP: '127.0.0.1', containerStatuses: [{ state: { running: {} } }] };
  const labels = { 'app.kubernetes.io/name': 'clb-direct-webhook' };
  server.create(`${ns}/pods`, { metadata: { name: 'one', labels }, status });
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
  await start();
});
afterEach(async () => {
  stopping.abort();
  await webhook.stopped;
  await api.close();
  await server.close();
});

async function start(overrides: Readonly<Record<string, string>> = {}): Promise<void> {
  stopping = new AbortController();
  const settings = readSettings(webhookSettings, { ...env, ...overrides });
  const { signal } = stopping;
  webhook = startWebhook({
    settings,
    api,
    clock: api.clock,
    registry: new Registry(),
    log,
    signal,
    stop: () => undefined,
  });
  await until(() => [registration, service, secret].every((path) => look(path) !== undefined));
}

function look(path: string): FakeObject | undefined {
  const place = placeOf(path);
  return server.store.has(place) ? server.store.get(place) : undefined;
}

function content(path: string): string {
  const object = look(path);
  return JSON.stringify([object?.['data'], object?.['spec'], object?.['webhooks']]);
}

test.each([registration, service, secret])('%s comes back as soon as a watch reports that it is gone', async (path) => {
  const before = content(path);
  server.store.delete(placeOf(path));
  await until(() => content(path) === before);
});

test('a change comes back, too, after the watches were cut and the API server was away', async () => {
  const before = content(registration);
  server.watches.cut();
  server.store.patch(placeOf(registration), { metadata: { name: 'clb-direct-pod-gate' }, webhooks: [] });
  await until(() => content(registration) === before);
  expect(webhook.stuck()).toEqual([]);
});

/** Watches are read once and then stay open; renewals of the Lease stay too. */
const isPoll = ({ method, path, query }: FakeRequest) =>
  method === 'GET' && !path.endsWith('/leases/clb-direct-webhook') && !query.has('watch');
const polls = () => server.requests.filter(isPoll).length;

describe('While the watches show every change', () => {
  /** Each restart of a check that is not needed would show within 50 ms. */
  const often = { REGISTRATION_CHECK_MS: '100', SECRET_POLL_MS: '100' };

  async function startAtRest(): Promise<void> {
    stopping.abort();
    await webhook.stopped;
    await start(often);
    await until(() => server.requests.some(({ path }) => path.endsWith('/clusterrolebindings')));
    for (let before = -1; before !== polls();) {
      before = polls();
      await wait(1_500);
    }
  }

  test('the leader reads nothing for as long as nothing changes.', async () => {
    await startAtRest();
    const before = server.requests.length;
    await wait(2_500);
    expect(server.requests.slice(before).filter(isPoll)).toEqual([]);
  }, 20_000);

  test('it polls when it may not watch any more.', async () => {
    server.fail({ times: 10_000, matches: ({ query }) => query.has('fieldSelector'), answer: { status: 403 } });
    stopping.abort();
    await webhook.stopped;
    await start(often);
    const before = polls();
    await until(() => polls() > before + 40);
  }, 20_000);
});
