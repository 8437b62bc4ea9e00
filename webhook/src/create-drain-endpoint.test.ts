import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { readSettings } from '@clb-direct/shared/runtime/settings.ts';
import type { FakeRequest } from '@clb-direct/shared/testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { createDrainEndpoint } from './create-drain-endpoint.ts';
import { webhookSettings } from './settings.ts';

// Requests to a server of its own, on a machine that may be slow.
jest.setTimeout(60_000);
const gateType = 'cloud.tencent.com/load-balancer-backendgroup-ready';
const path = paths.pod('shop', 'web-1');
let fake: FakeCluster;
let stopping: AbortController;

beforeEach(async () => {
  fake = await openFakeCluster();
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort();
  await fake.close();
});

function endpointWith(env: Readonly<Record<string, string>>) {
  const where = { CLUSTER_ID: 'cls-1', REGION: 'ap-guangzhou', VPC_ID: 'vpc-1', POD_NAMESPACE: 'clb-direct' };
  const settings = readSettings(webhookSettings, { ...where, POD_NAME: 'one', DRAIN_BEFORE_DELETE: 'all', ...env });
  const log = createLogger({ program: 'test', level: 'silent' });
  const clock = { nowMs: () => Date.now(), offsetMs: () => 0 };
  const options = { settings, api: fake.api, clock, registry: new Registry(), log, signal: stopping.signal };
  const isControllerThere = async () => Promise.resolve(true);
  const reporter = { report: () => undefined } as never;
  return createDrainEndpoint({ ...options, stop: () => undefined }, { reporter, isControllerThere });
}

const open = { type: gateType, status: 'True', lastTransitionTime: new Date().toISOString() };
const state = { conditions: [open] };
const live = () => fake.server.store.get(placeOf(path)) as never as { readonly status: typeof state };
const conditions = () => live().status.conditions;

/** A review of the deletion of a pod that serves. */
function deletion(): unknown {
  const oldObject = fake.server.create(paths.pods('shop'), {
    metadata: { name: 'web-1' },
    spec: { readinessGates: [{ conditionType: gateType }] },
    status: state,
  });
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u-1', operation: 'DELETE', resource, namespace: 'shop', name: 'web-1', oldObject };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

/** As the controller does it. */
function drain(): void {
  const drained = [...conditions(), { ...open, type: heldDeletion.drained }];
  fake.server.store.patch(placeOf(path), { status: { conditions: drained } } as never);
}

test('A webhook that has just started holds a deletion before it knows which namespaces ask.', async () => {
  const labels = { 'clb-direct.io/drain-before-delete': 'true' };
  fake.server.create(paths.namespaces(), { metadata: { name: 'shop', labels } });
  const isFirstList = ({ path: asked, query }: FakeRequest) =>
    asked === paths.namespaces() && query.get('fieldSelector') === null;
  fake.server.fail({ matches: isFirstList, times: Infinity, answer: { status: 500 } });
  const held = endpointWith({ DRAIN_BEFORE_DELETE: 'opt-in', DRAIN_AFTER_ZERO_MS: '0' }).answer(deletion());
  await until(() => conditions().some(({ type }) => type === heldDeletion.requested));
  drain();
  expect(await held).toContain('"allowed":true');
});

test('A webhook that stops still holds the deletions that come to it, until the pods are drained.', async () => {
  const endpoint = endpointWith({ DRAIN_MS: '60000', DRAIN_AFTER_ZERO_MS: '0' });
  stopping.abort();
  const held = endpoint.answer(deletion());
  await until(() => conditions().some(({ type }) => type === heldDeletion.requested));
  drain();
  expect(await held).toContain('"allowed":true');
});

test('A webhook that holds no deletions lets through what comes to it, as while its mode is switched.', async () => {
  expect(await endpointWith({ DRAIN_BEFORE_DELETE: 'off' }).answer(deletion())).toBe(
    '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u-1","allowed":true}}',
  );
  expect([conditions(), fake.server.requests]).toEqual([[open], []]);
});
