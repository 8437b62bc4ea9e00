import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { createDrainMetrics } from './drain-metrics.ts';
import { noNamespaces } from './drain-namespaces.ts';
import { createPodDrainEndpoint } from './pod-drain-endpoint.ts';

// Evictions of one budget wait a random part of a second, on a machine that may be slow.
jest.setTimeout(60_000);
const gateType = 'x/gate';
const names = ['web-1', 'web-2', 'web-3'];
let fake: FakeCluster;
let reports: string[];
let answers: Map<string, string>;

beforeEach(async () => {
  fake = await openFakeCluster();
  reports = [];
  answers = new Map();
  for (const name of names) createPod(name);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await fake.close();
});

const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: new Date().toISOString() });
const placeOfPod = (name: string) => placeOf(paths.pod('shop', name));

function createPod(name: string): void {
  fake.server.create(paths.pods('shop'), {
    metadata: { name, labels: { app: 'web' } },
    spec: { readinessGates: [{ conditionType: gateType }] },
    status: { phase: 'Running', conditions: [condition(gateType), condition('Ready')] },
  });
}

interface Live {
  readonly status: { readonly conditions: readonly { readonly type: string }[] };
}

const live = (name: string) =>
  fake.server.store.list(placeOf(paths.pods('shop'))).find(({ metadata }) => metadata.name === name) as
    Live | undefined;
const marked = () =>
  names.filter((name) => live(name)?.status.conditions.some(({ type }) => type === heldDeletion.requested));

/** As the controller does it. */
function drain(name: string): void {
  const conditions = [...(live(name)?.status.conditions ?? []), condition(heldDeletion.drained)];
  fake.server.store.patch(placeOfPod(name), { status: { conditions } } as never);
}

const budgets = paths.podDisruptionBudgets('shop');
const allow = (disruptionsAllowed: number) =>
  fake.server.store.patch(placeOf(`${budgets}/web`), { status: { disruptionsAllowed } } as never);
const createBudget = (disruptionsAllowed: number, name = 'web', selector: object = { matchLabels: { app: 'web' } }) =>
  fake.server.create(budgets, { metadata: { name }, spec: { selector }, status: { disruptionsAllowed } });

function replica(limitMs = 20_000) {
  return createPodDrainEndpoint({
    api: fake.api,
    rule: { mode: 'all', gateType },
    limitMs,
    settleMs: 0,
    nowMs: Date.now,
    namespaces: noNamespaces,
    isControllerThere: async () => Promise.resolve(true),
    report: (pod, { reason, message }) => reports.push(`${String(pod['name'])} ${reason}: ${message}`),
    metrics: createDrainMetrics(new Registry()),
    log: createLogger({ program: 'test', level: 'silent' }),
    signal: fake.stop.signal,
  });
}

const resource = { group: '', version: 'v1', resource: 'pods' };
const eviction = { resource, operation: 'CREATE', subResource: 'eviction', oldObject: null, object: {} };

/** As `kubectl drain` does it: all at once, each by whatever replica. */
function evict(webhooks: readonly ReturnType<typeof replica>[]): void {
  for (const [index, name] of names.entries()) {
    const request = { ...eviction, uid: `u-${name}`, namespace: 'shop', name };
    const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
    const answer = webhooks[index % webhooks.length]?.answer(body);
    void Promise.resolve(answer).then((text) => answers.set(name, String(text)));
  }
}

const letThrough = () => names.filter((name) => answers.get(name)?.includes('"allowed":true') === true);
const someTime = async () => new Promise((resolve) => setTimeout(resolve, 2_500));

test('Of the pods of a node that is drained only so many are marked as their budget lets go.', async () => {
  createBudget(1);
  evict([replica()]);
  await until(() => marked().length > 0);
  await someTime();
  expect([marked().length, answers.size]).toEqual([1, 0]);
  const [first = ''] = marked();
  drain(first);
  await until(() => answers.has(first));
  // As the API server does it.
  allow(0);
  fake.server.store.delete(placeOfPod(first));
  await until(() => answers.size === 3);
  expect([marked(), letThrough(), reports]).toEqual([[], [first], []]);
});

test('An eviction that its budget forbids is refused: it may allow it before the API server looks.', async () => {
  createBudget(0);
  evict([replica()]);
  await until(() => answers.size === 3);
  expect([marked(), letThrough(), reports]).toEqual([[], [], []]);
  // As `kubectl drain` does it: again after 5 s.
  allow(1);
  evict([replica()]);
  await until(() => marked().length === 1);
});

test('Two replicas see what the other has marked, and one that is free again is taken.', async () => {
  createBudget(2);
  fake.server.store.patch(placeOfPod('web-1'), {
    status: { conditions: [condition(gateType), condition(heldDeletion.requested)] },
  } as never);
  // Of two that look in the same moment neither sees the other: here one is half a second later.
  const chances = [0.1, 0.6].values();
  jest.spyOn(Math, 'random').mockImplementation(() => chances.next().value ?? 0.5);
  evict([replica(), replica()]);
  await until(() => marked().length > 1);
  await someTime();
  expect(marked()).toHaveLength(2);
  fake.server.store.delete(placeOfPod('web-1'));
  await until(() => marked().length === 2 && !marked().includes('web-1'));
});

test('Without a budget all are marked at once.', async () => {
  evict([replica()]);
  await until(() => marked().length === 3);
});

test('A pod of two budgets is not marked: the API server refuses its eviction.', async () => {
  createBudget(1);
  createBudget(1, 'front');
  evict([replica()]);
  await until(() => answers.size === 3);
  expect([marked(), letThrough()]).toEqual([[], names]);
});

test('A pod of two budgets that is not ready is not marked, also if one of them would let it go.', async () => {
  const conditions = [condition(gateType), { ...condition('Ready'), status: 'False' }];
  for (const name of names) fake.server.store.patch(placeOfPod(name), { status: { conditions } } as never);
  createBudget(1);
  fake.server.create(budgets, {
    metadata: { name: 'spares' },
    spec: { selector: { matchLabels: { app: 'web' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    status: { disruptionsAllowed: 1 },
  });
  evict([replica()]);
  await until(() => answers.size === 3);
  expect([marked(), letThrough()]).toEqual([[], names]);
});

test.each<[string, string, readonly string[]]>([
  ['is not marked', 'v1.36.3', []],
  ['is marked at once where the API server lets such a budget count for nothing', 'v1.26.15', names],
])(
  'A pod whose namespace has a budget with an empty selector that allows none %s.',
  async (_, gitVersion, expected) => {
    createBudget(0, 'all', {});
    fake.server.fail({
      matches: ({ path }) => path === '/version',
      times: Infinity,
      answer: { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ gitVersion }) },
    });
    evict([replica()]);
    await until(() => answers.size + marked().length === names.length);
    expect(marked()).toEqual(expected);
  },
);

test('A deletion waits for no budget.', async () => {
  createBudget(0);
  const oldObject = live('web-1');
  const request = { resource, uid: 'u-1', operation: 'DELETE', namespace: 'shop', name: 'web-1', oldObject };
  void replica().answer({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  await until(() => marked().includes('web-1'));
});

test('One whose turn does not come in time is let through, and its event says why.', async () => {
  createBudget(1);
  evict([replica(3_000)]);
  await until(() => answers.size === 3);
  expect(marked()).toHaveLength(1);
  expect(reports.filter((report) => report.includes('others were drained first'))).toHaveLength(2);
});

test('An API server that is away for a moment takes nobody out of turn.', async () => {
  createBudget(1);
  fake.server.fail({
    matches: ({ method, path }) => method === 'GET' && path.endsWith('/pods'),
    times: 2,
    answer: { status: 500 },
  });
  evict([replica()]);
  await until(() => marked().length > 0);
  await someTime();
  expect([marked().length, answers.size, reports]).toEqual([1, 0, []]);
});

test('Of any number of budgets in the namespace a page is read at once, and the one of the pod counts.', async () => {
  const spec = { selector: { matchLabels: { app: 'other' } } };
  for (let at = 0; at < 600; at++) fake.server.create(budgets, { metadata: { name: `other-${at}` }, spec });
  createBudget(0);
  evict([replica()]);
  await until(() => answers.size === 3);
  expect(marked()).toEqual([]);
  const limits = fake.server.requests.filter(({ path }) => path === budgets).map(({ query }) => query.get('limit'));
  expect(new Set(limits)).toEqual(new Set(['500']));
  expect(limits.length).toBeLessThanOrEqual(6);
});

test('Evictions that come at once read the budgets together, however many they are.', async () => {
  createBudget(1);
  createBudget(1, 'front');
  const isList = ({ path }: { readonly path: string }) => path === budgets;
  fake.server.fail({ matches: isList, times: 1, answer: { delayMs: 2_000 } });
  const webhook = replica();
  const all = Array.from({ length: 60 }, async (_, at) => {
    const request = { ...eviction, uid: `u-${at}`, namespace: 'shop', name: names[at % names.length] };
    return webhook.answer({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  });
  expect((await Promise.all(all)).every((text) => text.includes('"allowed":true'))).toBe(true);
  expect(fake.server.requests.filter(isList).length).toBeLessThan(20);
});

test('One whose limit comes while it waits for the budgets is let through in time.', async () => {
  createBudget(1);
  fake.server.fail({ matches: ({ path }) => path === budgets, times: Infinity, answer: 'never' });
  evict([replica(1_000)]);
  await until(() => answers.size === 3);
  expect([marked(), letThrough()]).toEqual([[], names]);
});
