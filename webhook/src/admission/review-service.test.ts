import { webhookHostName, webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { makeEverything } from '@clb-direct/certs/make-material.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { decodeSecret, type StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createAdmissionMetrics } from './admission-metrics.ts';
import { createPodGateEndpoint } from './pod-gate/pod-gate-endpoint.ts';
import { reviewOf, send } from './testing/endpoint.ts';
import { createReviewService, type ReviewService } from './review-service.ts';
import { createServingCertificates, type ServingCertificates } from '../serving-certificates/serving-certificates.ts';

const hostName = webhookHostName('hook', 'ns');
const order = { hostNames: webhookHostNames('hook', 'ns'), hostName, policy: defaultPolicy, trusted: [] };
const rule = { gateType: 'x/gate', optOutAnnotation: 'x/off', excludedNamespaces: [], gateJobPods: false };
const log = createLogger({ program: 'test', level: 'silent' });

let first: StoredCertificates;
let second: StoredCertificates;
beforeAll(async () => {
  first = { ...decodeSecret({}), material: await makeEverything({ ...order, nowMs: Date.now(), generation: 1 }) };
  second = { ...decodeSecret({}), material: await makeEverything({ ...order, nowMs: Date.now(), generation: 1 }) };
});

const publishMs = 30_000;
let nowMs: number;
let steadyMs: number;
let network: ClusterNetwork | undefined;
let certificates: ServingCertificates;
let reviews: ReviewService;
let stopping: AbortController;
let running: Promise<void>;
beforeEach(() => start(30));
afterEach(stop);

function start(drainMs: number): void {
  nowMs = Date.now();
  network = { eniDefault: 'eni', globalRoute: false };
  stopping = new AbortController();
  steadyMs = 0;
  const clocks = { nowMs: () => nowMs, monotonicMs: () => steadyMs };
  certificates = createServingCertificates({ hostName, publishMs, ...clocks, onChange: () => reviews.swap(), log });
  const metrics = createAdmissionMetrics(new Registry());
  const endpoints = [createPodGateEndpoint({ rule, network: () => network, metrics, log })];
  const server = { host: '127.0.0.1', port: 0, endpoints, metrics, log };
  reviews = createReviewService({ server, certificates, hostName, drainMs, log });
  running = reviews.run(stopping.signal);
}

async function stop(): Promise<void> {
  stopping.abort();
  await running;
}

const problems = () => reviews.problems(certificates.trusted());
const isReady = async () => (await problems()).length === 0;

describe('readiness', () => {
  test('waits for a certificate, and is proved by a handshake', async () => {
    expect(await problems()).toEqual(['waiting for certificates in the Secret']);
    certificates.offer(first, '');
    await until(isReady);
  });

  test('waits for the ENI default', async () => {
    certificates.offer(first, '');
    await until(isReady);
    network = undefined;
    expect(await problems()).toEqual(['waiting for the ENI default of the cluster']);
  });

  test('outlasts the stop signal, because no other replica may be ready, and ends with the endpoint', async () => {
    certificates.offer(first, '');
    await until(isReady);
    stopping.abort();
    expect(await problems()).toEqual([]);
    await running;
    expect((await problems())[0]).toMatch(/ECONNREFUSED/);
  });

  test('a program that is stopped before it has a certificate ends at once', async () => {
    stopping.abort();
    await running;
  });
});

test('the drain goes on while an API server still calls, up to twice as long', async () => {
  await stop();
  const drainMs = 1_200;
  start(drainMs);
  certificates.offer(first, '');
  await until(isReady);
  const options = { ca: first.material.bundle, servername: hostName, agent: false } as const;
  stopping.abort();
  const stoppedMs = performance.now();
  while (performance.now() - stoppedMs < 1.3 * drainMs) {
    expect(await send(reviews.port() ?? 0, reviewOf(), options)).toMatchObject({ status: 200 });
  }
  await running;
  expect(performance.now() - stoppedMs).toBeGreaterThan(1.9 * drainMs);
});

describe('the certificates in use', () => {
  test('follow the Secret, and the handshake is proved with what it publishes', async () => {
    certificates.offer(first, '');
    await until(isReady);
    certificates.offer(second, '');
    expect(certificates.current()).toBe(second);
    expect(await problems()).toEqual([]);
  });

  test('stay when the Secret is gone, broken or expired', async () => {
    certificates.offer(first, '');
    certificates.offer(undefined, '');
    certificates.offer({ ...second, material: { ...second.material, leafKey: first.material.leafKey } }, '');
    certificates.offer({ ...second, material: { ...second.material, bundle: 'garbage' } }, '');
    nowMs += 2 * defaultPolicy.leafLifeMs;
    certificates.offer(second, '');
    expect(certificates.current()).toBe(first);
    await until(isReady);
  });

  test.each<[string, Partial<StoredCertificates['material']>]>([
    ['without its key', { caKey: '' }],
    ['with garbage for a key', { caKey: 'garbage' }],
  ])('keep their CA when the Secret has it %s: it is written back from here', (_, broken) => {
    certificates.offer(first, '');
    certificates.offer({ ...first, material: { ...first.material, ...broken } }, first.material.bundle);
    expect(certificates.current()).toBe(first);
  });

  test('keep their CA when the Secret names another one first', () => {
    certificates.offer(first, '');
    const bundle = `${second.material.bundle}${first.material.bundle}`;
    certificates.offer({ ...first, material: { ...first.material, bundle } }, first.material.bundle);
    expect(certificates.current()).toBe(first);
  });

  test('are changed though their issuer keeps the key of the CA', () => {
    const keyless = (stored: StoredCertificates) => ({ ...stored, material: { ...stored.material, caKey: '' } });
    certificates.offer(first, '');
    certificates.offer(keyless(second), '');
    expect(certificates.current()).toEqual(keyless(second));
  });

  test('are not changed before the API servers trust the new ones', async () => {
    certificates.offer(first, first.material.bundle);
    certificates.offer(second, first.material.bundle);
    expect(certificates.current()).toBe(first);
    const both = `${first.material.bundle}${second.material.bundle}`;
    certificates.offer(second, both);
    steadyMs += publishMs - 1;
    certificates.offer(second, both);
    expect(certificates.current()).toBe(first);
    steadyMs += 1;
    certificates.offer(second, both);
    expect(certificates.current()).toBe(second);
    await until(isReady);
  });

  test('wait again for a CA that was away for a moment', () => {
    const both = `${first.material.bundle}${second.material.bundle}`;
    certificates.offer(first, first.material.bundle);
    certificates.offer(second, both);
    steadyMs += publishMs;
    certificates.offer(first, first.material.bundle);
    certificates.offer(second, both);
    expect(certificates.current()).toBe(first);
  });

  test('are changed at once under a CA that was expected, and under one that was published from the start', () => {
    const both = `${first.material.bundle}${second.material.bundle}`;
    const expecting = { ...first, material: { ...first.material, bundle: both } };
    certificates.offer(expecting, first.material.bundle);
    certificates.offer(second, both);
    expect(certificates.current()).toBe(second);
    certificates.offer(first, both);
    expect(certificates.current()).toBe(first);
  });

  test('are changed when the API servers trust neither, or not the old ones', () => {
    certificates.offer(first, '');
    certificates.offer(second, 'garbage');
    expect(certificates.current()).toBe(second);
    certificates.offer(first, first.material.bundle);
    expect(certificates.current()).toBe(first);
  });

  test('are changed when the old ones have ended, whatever is published', async () => {
    certificates.offer(first, first.material.bundle);
    nowMs += 2 * defaultPolicy.leafLifeMs;
    const later = { ...second, material: await makeEverything({ ...order, nowMs, generation: 2 }) };
    certificates.offer(later, first.material.bundle);
    expect(certificates.current()).toBe(later);
  });

  test('are proved with the published bundle, as long as it has a CA of ours in it', () => {
    const both = `${first.material.bundle}${second.material.bundle}`;
    certificates.offer(first, both);
    expect(certificates.trusted()).toBe(both);
    certificates.offer(first, second.material.bundle);
    expect(certificates.trusted()).toBe(first.material.bundle);
    certificates.offer(first, '');
    expect(certificates.trusted()).toBe(first.material.bundle);
  });

  test('are never an expired pair', () => {
    nowMs += 2 * defaultPolicy.leafLifeMs;
    certificates.offer(first, '');
    expect(certificates.current()).toBeUndefined();
  });
});
