import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import type { Report } from '@clb-direct/shared/kube/events/reporter.ts';
import type { Leadership } from '@clb-direct/shared/kube/leader-election/run-with-lease.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { followRights, type Rights } from './follow-rights.ts';
import { openCluster } from './open-cluster.ts';
import { requiredLists } from './required-lists.ts';
import { leadWithRights } from './lead-with-rights.ts';

const namespace = 'clb-direct';
const log = createLogger({ program: 'test', level: 'silent' });
let fake: FakeCluster;
let registry: Registry;
let reports: Report[];
let terms: Leadership[];
let uninstallsSeen: number;
let rights: Rights;
let ended: Promise<void>;

beforeEach(async () => {
  fake = await openFakeCluster();
  registry = new Registry();
  [reports, terms, uninstallsSeen] = [[], [], 0];
  rights = followRights({
    ...{ api: fake.api, namespace, registry },
    lists: requiredLists({ namespace }),
    reporter: { report: (report) => reports.push(report) },
    onRefused: async () => Promise.resolve(void (uninstallsSeen += 1)),
    pauseMs: { minMs: 50, maxMs: 200 },
  });
});
afterEach(async () => {
  fake.stop.abort();
  await ended;
  await fake.close();
});

/** As main.ts does it, with nothing to do but to read the cluster. */
function start(): void {
  const { api, stop } = fake;
  const { signal } = stop;
  const times = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 100 };
  const lease = { api, namespace, name: 'clb-direct-controller', identity: 'one', ...times, log, signal };
  ended = leadWithRights({ ...lease, startingMark: 'starting' }, rights, async (held) => {
    terms.push(held);
    const options = { api, namespace, gateType: 'example.com/gate', gateExpected: () => false, log, registry };
    const change = { pods: () => undefined, owners: () => undefined, tke: () => undefined };
    await openCluster({ ...options, signal: held.signal, refusedMs: 500 }, change);
    held.started();
    await new Promise((resolve) => held.signal.addEventListener('abort', resolve, { once: true }));
  }).catch(() => undefined);
}

const refusal = JSON.stringify({
  kind: 'Status',
  status: 'Failure',
  code: 403,
  reason: 'Forbidden',
  message: 'ingresses is forbidden: User "x" cannot list resource "ingresses" in API group "networking.k8s.io" at all',
});

/** `exceptFirst`: how many tries work before. */
function refuseIngresses(exceptFirst = 0): void {
  let tries = 0;
  fake.server.fail({
    times: 10_000,
    matches: ({ path }) => path === paths.ingresses() && (tries += 1) > exceptFirst,
    answer: { status: 403, headers: { 'content-type': 'application/json' }, body: refusal },
  });
}

const leaseNow = () => fake.server.store.get(placeOf(paths.lease(namespace, 'clb-direct-controller')));
const holder = () => String((leaseNow()['spec'] as Record<string, unknown>)['holderIdentity']);
const leads = () => terms.at(-1)?.isHeld() === true && leaseNow().metadata['annotations'] !== undefined;
const isStarting = () => JSON.stringify(leaseNow().metadata['annotations']).includes('starting');

test('Whoever may not list Ingresses does not compete, is not ready, and says which right is missing.', async () => {
  refuseIngresses();
  start();
  await until(() => reports.length > 0);
  expect([terms, rights.problems()]).toEqual([
    [],
    ['the API server refuses: list ingresses.networking.k8s.io (ClusterRole clb-direct-controller)'],
  ]);
  expect(reports[0]).toMatchObject({
    reason: 'RightsMissing',
    about: { kind: 'ServiceAccount', name: 'clb-direct-controller' },
    message: expect.stringContaining('Apply the manifests again: the API server refuses list ingresses.networking'),
  });
  expect(await registry.metrics()).toMatch(/^clb_direct_refused_lists 1$/m);
  expect(uninstallsSeen).toBeGreaterThan(0);
  fake.server.heal();
  await until(() => terms.length === 1 && leads() && !isStarting());
  expect(rights.problems()).toEqual([]);
});

test('A leader that may not list Ingresses gives the Lease back, and leads again when it may.', async () => {
  refuseIngresses(1);
  start();
  await until(() => terms.length === 1);
  expect([holder(), isStarting()]).toEqual([expect.stringContaining('one_'), true]);
  await until(() => holder() === '');
  await until(() => reports.length > 0);
  expect([terms.length, holder()]).toEqual([1, '']);
  fake.server.heal();
  await until(() => terms.length === 2 && leads() && !isStarting());
});

test('A list that takes long, or fails otherwise, is waited for.', async () => {
  let lists = 0;
  fake.server.fail({
    times: 3,
    matches: ({ path, query }) => path === paths.pods() && query.get('limit') !== '1' && (lists += 1) > 0,
    answer: { status: 500 },
  });
  start();
  await until(() => terms.length === 1 && leads() && !isStarting());
  expect(lists).toBeGreaterThan(1);
  expect(terms).toHaveLength(1);
});
