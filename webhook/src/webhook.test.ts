import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { readSettings } from '@clb-direct/shared/runtime/settings.ts';
import { freePort } from '@clb-direct/shared/testing/free-port.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { podDrainPath } from './admission/pod-drain/pod-drain-endpoint.ts';
import { webhookSettings } from './settings.ts';
import { startWebhook, type Webhook } from './webhook.ts';

const registrationPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/clb-direct-pod-gate';
const leasePath = '/apis/coordination.k8s.io/v1/namespaces/clb-direct/leases/clb-direct-webhook';
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

function start(name: string, changed: Readonly<Record<string, string>> = {}): Replica {
  const stopping = new AbortController();
  const registry = new Registry();
  const log = createLogger({ program: 'test', level: 'silent' });
  const settings = readSettings(webhookSettings, { ...env, POD_NAME: name, ...changed });
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
const leaseHolder = () =>
  (api.objects.get(leasePath)?.['spec'] as { readonly holderIdentity?: string } | undefined)?.holderIdentity;
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

const deletion = {
  uid: 'u-1',
  operation: 'DELETE',
  resource: { group: '', version: 'v1', resource: 'pods' },
  namespace: 'shop',
  name: 'web-1',
  oldObject: {
    metadata: { name: 'web-1', namespace: 'shop', uid: 'pod-uid' },
    spec: { readinessGates: [{ conditionType: 'cloud.tencent.com/load-balancer-backendgroup-ready' }] },
    status: { phase: 'Running', conditions: [{ type: 'ContainersReady', status: 'True' }] },
  },
};

/** As the API server does it, whatever certificate is served. */
async function post(port: number, request: object): Promise<string> {
  const where = { host: '127.0.0.1', port, path: podDrainPath, method: 'POST', rejectUnauthorized: false };
  const outgoing = https.request({ ...where, headers: { 'content-type': 'application/json' } });
  outgoing.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return text(response);
}

test('what a replica that stops says of a deletion is written, long after it gave back the Lease', async () => {
  const port = await freePort();
  api.objects.set('/api/v1/namespaces/shop/pods/web-1', deletion.oldObject);
  const replica = start('a', { WEBHOOK_PORT: String(port), DRAIN_BEFORE_DELETE: 'all', DRAIN_MS: '3000' });
  await until(() => api.objects.has(registrationPath));
  const stopped = replica.stop();
  await until(() => leaseHolder() === '');
  // The leader has ended now, with all that it had to say.
  await wait(200);
  // No controller holds its Lease here.
  expect(await post(port, deletion)).toContain('"allowed":true');
  await stopped;
  expect([...api.objects.values()].map(({ reason }) => reason)).toContain('DeletedUndrained');
});

test('a replica that holds no deletions lets them through, whatever the registration says', async () => {
  const port = await freePort();
  const replica = start('a', { WEBHOOK_PORT: String(port), DRAIN_BEFORE_DELETE: 'off' });
  await until(() => isReady(replica));
  expect(JSON.parse(await post(port, deletion))).toMatchObject({ response: { uid: 'u-1', allowed: true } });
});
