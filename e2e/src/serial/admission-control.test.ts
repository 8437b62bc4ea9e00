import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { AdmissionFigures } from '../support/admissions/judge-admissions.ts';
import { reportCase } from '../support/admissions/report-case.ts';
import {
  makePair,
  plainWebhookName,
  startPlainWebhook,
  type Pair,
  type PlainWebhook,
} from '../support/admissions/plain-webhook.ts';
import { preparePods } from '../support/admissions/steady-pods.ts';
import { watchAdmissions } from '../support/admissions/watch-admissions.ts';
import { connect } from '../support/cluster.ts';
import { kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

// The harness of the other admission tests, on the simplest possible webhook: it must detect what naive rotations lose.
const namespace = 'e2e-control';
let api: KubeApi;
let [before, after]: readonly Pair[] = [];
let plainWebhook: PlainWebhook;

beforeAll(async () => {
  api = await connect();
  await preparePods(api, namespace, { 'clb-direct.io/gate': 'off' });
});

beforeEach(async () => {
  [before, after] = await Promise.all([makePair(namespace, 1), makePair(namespace, 2)]);
  plainWebhook = await startPlainWebhook(api, namespace, before);
  await until('the first gate', firstGate, (gated) => gated);
});

afterEach(async () => plainWebhook.close());

afterAll(async () => {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await api.close();
});

/** kube-proxy and the API server know the plain webhook a moment after it was created. */
async function firstGate(): Promise<boolean> {
  const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace }, spec });
  const made = await kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], pod).catch(() => '');
  return made.includes('readinessGates');
}

const spec = { containers: [{ name: 'x', image: 'x' }] };

async function watch(name: string, work: (pairs: { before: Pair; after: Pair }) => Promise<void>) {
  const watched = await watchAdmissions({ namespace, perSecond: 20, registration: plainWebhookName }, async () => {
    if (before === undefined || after === undefined) throw new Error('no certificates were made');
    await work({ before, after });
  });
  reportCase({ name, policy: 'Fail', seconds: 0, ...watched, attempts: [] });
  return watched.figures;
}

/** Writes fields of the plain webhook's entry in its registration. */
async function change(fields: Readonly<Record<string, unknown>>): Promise<void> {
  const patch = Object.entries(fields).map(([field, value]) => ({
    op: 'replace',
    path: `/webhooks/0/${field}`,
    value,
  }));
  const args = ['patch', 'mutatingwebhookconfiguration', plainWebhookName, '--type=json', '-p', JSON.stringify(patch)];
  await kubectl(args);
}

function untrusted({ problems }: AdmissionFigures): number {
  const found = Object.entries(problems).filter(([problem]) => problem.includes('unknown authority'));
  return found.reduce((sum, [, times]) => sum + times, 0);
}

test('Swapping CA and leaf at once, with the second that a mounted Secret needs, loses admissions.', async () => {
  const figures = await watch('Control: CA and leaf swapped at once', async (pairs) => {
    await plainWebhook.publish([pairs.after.ca]);
    // The kubelet brings a changed Secret into a pod after 30 to 100 s.
    await sleep(1_000);
    plainWebhook.serve(pairs.after);
  });

  expect(figures.failed).toBeGreaterThan(5);
  expect(untrusted(figures)).toBe(figures.failed);
  expect(figures.blind).toBe(0);
});

test('The same webhook loses none when it publishes both CAs, swaps the leaf, and drops the old CA.', async () => {
  const figures = await watch('Control: both CAs first', async (pairs) => {
    await plainWebhook.publish([pairs.before.ca, pairs.after.ca]);
    await sleep(1_000);
    plainWebhook.serve(pairs.after);
    await sleep(1_000);
    await plainWebhook.publish([pairs.after.ca]);
  });

  expect(figures).toMatchObject({ failed: 0, failedOpen: 0, ungated: 0, blind: 0 });
  expect(figures.created).toBeGreaterThan(50);
});

test('A pod that meets no webhook although one is registered counts as ungated.', async () => {
  const figures = await watch('Control: a webhook that forgets the gate', async () => {
    await change({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'elsewhere' } } });
  });

  expect(figures.ungated).toBeGreaterThan(5);
  expect(figures).toMatchObject({ failed: 0, failedOpen: 0, blind: 0 });
});

test('A pod that is created without its webhook counts as failed open and as ungated.', async () => {
  const figures = await watch('Control: a webhook without a Service that fails open', async () => {
    const service = { namespace, name: 'nowhere', path: '/', port: 443 };
    await change({ failurePolicy: 'Ignore', 'clientConfig/service': service });
  });

  expect(figures.failedOpen).toBeGreaterThan(5);
  expect(figures).toMatchObject({ failed: 0, ungated: figures.failedOpen, blind: 0 });
});
