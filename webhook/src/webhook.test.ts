import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { readSettings } from '@clb-direct/shared/runtime/settings.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { webhookSettings } from './settings.ts';
import { startWebhook, type Webhook } from './webhook.ts';

const registrationPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/clb-direct-pod-gate';
const secretPath = '/api/v1/namespaces/clb-direct/secrets/clb-direct-webhook-certs';
const env = {
  CLUSTER_ID: 'cls-local001',
  REGION: 'ap-guangzhou',
  VPC_ID: 'vpc-local001',
  POD_NAMESPACE: 'clb-direct',
  WEBHOOK_HOST: '127.0.0.1',
  WEBHOOK_PORT: '0',
  DRAIN_MS: '20',
  REGISTRATION_CHECK_MS: '100',
  SECRET_POLL_MS: '100',
  LEASE_DURATION_MS: '2000',
  LEASE_RENEW_DEADLINE_MS: '1500',
  LEASE_RETRY_MS: '100',
};

const clock = { nowMs: () => Date.now(), offsetMs: () => 0 };

interface Replica {
  readonly webhook: Webhook;
  readonly registry: Registry;
  stop(): Promise<void>;
}

let api: MemoryApi;
let replicas: Replica[];
beforeEach(() => {
  api = createMemoryApi();
  api.objects.set('/api/v1/namespaces/clb-direct', { metadata: { name: 'clb-direct', uid: 'ns-uid' } });
  api.objects.set('/api/v1/namespaces/clb-direct/pods', { metadata: {}, items: [] });
  replicas = [];
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
});

function start(name: string): Replica {
  const stopping = new AbortController();
  const registry = new Registry();
  const log = createLogger({ program: 'test', level: 'silent' });
  const settings = readSettings(webhookSettings, { ...env, POD_NAME: name });
  const webhook = startWebhook({ settings, api, clock, registry, log, signal: stopping.signal, stop: () => undefined });
  const stop = () => {
    stopping.abort();
    return webhook.stopped;
  };
  const replica = { webhook, registry, stop };
  replicas.push(replica);
  return replica;
}

const isReady = async ({ webhook }: Replica) => (await webhook.problems()).length === 0;
const data = (path: string) => JSON.stringify(api.objects.get(path)?.['data'] ?? api.objects.get(path)?.['webhooks']);

test('one replica makes its certificates, serves, and registers itself only then', async () => {
  let readyAtRegistration: boolean | undefined;
  const replica = start('a');
  api.before = ({ method, path }) => {
    if (method === 'PATCH' && path === registrationPath) readyAtRegistration ??= api.objects.has(secretPath);
  };
  await until(() => api.objects.has(registrationPath));
  expect(readyAtRegistration).toBe(true);
  expect(await isReady(replica)).toBe(true);
});

test('two replicas share one CA, and each serves without the Lease', async () => {
  const both = [start('a'), start('b')];
  await until(async () => (await Promise.all(both.map(isReady))).every(Boolean));
  const { metadata } = api.objects.get(secretPath) ?? { metadata: {} };
  expect(metadata['annotations']).toMatchObject({ 'clb-direct.io/generation': '1' });
});

test('what is deleted comes back as it was, and is counted', async () => {
  const replica = start('a');
  await until(() => api.objects.has(registrationPath));
  const before = [data(secretPath), data(registrationPath)];
  api.objects.delete(secretPath);
  api.objects.delete(registrationPath);
  await until(() => api.objects.has(registrationPath) && data(secretPath) === before[0]);
  expect(data(registrationPath)).toBe(before[1]);
  const metrics = await replica.registry.metrics();
  expect(metrics).toContain('clb_direct_repairs_total{object="secret",kind="restore"} 1');
  expect(metrics).toContain('clb_direct_repairs_total{object="registration",kind="missing"} 2');
  expect(metrics).toMatch(/clb_direct_certificate_days_left\{role="leaf"\} 89\.9/);
});

test('a replica that is stopped gives the Lease to the other and takes nothing with it', async () => {
  const first = start('a');
  await until(() => api.objects.has(registrationPath));
  const second = start('b');
  await until(() => isReady(second));
  await first.stop();
  api.objects.delete(registrationPath);
  await until(() => api.objects.has(registrationPath));
  expect(await isReady(second)).toBe(true);
});
