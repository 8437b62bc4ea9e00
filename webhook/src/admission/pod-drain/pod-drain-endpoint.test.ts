import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { FakeRequest } from '@clb-direct/shared/testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { createDrainMetrics } from './drain-metrics.ts';
import { noNamespaces } from './drain-namespaces.ts';
import { createPodDrainEndpoint, openDrainEndpoint, type PodDrainOptions } from './pod-drain-endpoint.ts';

const gateType = 'x/gate';
const log = createLogger({ program: 'test', level: 'silent' });
let fake: FakeCluster;
let reports: string[];
let registry: Registry;

beforeEach(async () => {
  fake = await openFakeCluster();
  reports = [];
  registry = new Registry();
});
afterEach(async () => fake.close());

function endpoint(changed: Partial<PodDrainOptions> = {}) {
  return createPodDrainEndpoint({
    api: fake.api,
    rule: { mode: 'all', gateType },
    limitMs: 5_000,
    settleMs: 0,
    nowMs: Date.now,
    namespaces: noNamespaces,
    isControllerThere: async () => Promise.resolve(true),
    report: (pod, { reason }) => reports.push(`${String(pod['namespace'])}/${String(pod['name'])} ${reason}`),
    metrics: createDrainMetrics(registry),
    log,
    signal: fake.stop.signal,
    ...changed,
  });
}

const path = paths.pod('shop', 'web-1');
const condition = (type: string) => ({
  type,
  status: 'True',
  lastTransitionTime: new Date().toISOString(),
});

function createPod(status: object = { conditions: [condition(gateType)] }) {
  return fake.server.create(paths.pods('shop'), {
    metadata: { name: 'web-1', labels: { app: 'web' } },
    spec: { readinessGates: [{ conditionType: gateType }] },
    status,
  });
}

function live(): { status: { conditions: { type: string; status: string; lastTransitionTime: string }[] } } {
  return fake.server.store.get(placeOf(path)) as never;
}

const isMarked = () => live().status.conditions.some(({ type }) => type === heldDeletion.requested);
const askedMs = () =>
  Date.parse(live().status.conditions.find(({ type }) => type === heldDeletion.requested)?.lastTransitionTime ?? '');
/** As another review has left it. */
const askedAgo = (ms: number) => {
  const asked = { ...condition(heldDeletion.requested), lastTransitionTime: new Date(Date.now() - ms).toISOString() };
  fake.server.store.patch(placeOf(path), { status: { conditions: [...live().status.conditions, asked] } } as never);
};
/** As the controller does it. */
const answer = () => {
  const conditions = [...live().status.conditions, condition(heldDeletion.drained)];
  fake.server.store.patch(placeOf(path), { status: { conditions } } as never);
};

function review(pod: unknown, changed: Record<string, unknown> = {}) {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u-1', operation: 'DELETE', resource, namespace: 'shop', name: 'web-1', oldObject: pod };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { ...request, ...changed } };
}
const eviction = { operation: 'CREATE', subResource: 'eviction', oldObject: null, object: {} };
const allowed = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: 'u-1', allowed: true },
});
const refused = {
  uid: 'u-1',
  allowed: false,
  status: {
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: {
      causes: [
        { reason: 'DisruptionBudget', message: 'The disruption budget web does not allow evicting pods currently' },
      ],
    },
    code: 429,
  },
};
const outcomes = async () => /outcome="([^"]*)"/.exec(await registry.metrics())?.[1];

describe('a deletion', () => {
  test('of a pod that is too large to be parsed is let through', async () => {
    expect(endpoint().answerUnparsed?.('u-1')).toBe(allowed);
    expect(await outcomes()).toBe('unreadable-pod');
    expect(openDrainEndpoint.answerUnparsed?.('u-1')).toBe(allowed);
  });

  test('is let through when the controller says that the pod is drained', async () => {
    const held = endpoint().answer(review(createPod())) as Promise<string>;
    await until(isMarked);
    let isDone = false;
    void held.then(() => (isDone = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isDone).toBe(false);
    answer();
    expect(await held).toBe(allowed);
    expect(await outcomes()).toBe('drained');
    expect(reports).toEqual([]);
  });

  test('of a drained pod is let through at the limit without an event, however long its pause', async () => {
    const held = endpoint({ limitMs: 2_000, settleMs: 20_000 }).answer(review(createPod())) as Promise<string>;
    await until(isMarked);
    answer();
    expect(await held).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['drained', []]);
  });

  test('is let through at the limit, with an event', async () => {
    expect(await endpoint({ limitMs: 80 }).answer(review(createPod()))).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['gave-up', ['shop/web-1 DeletedUndrained']]);
  });

  test('is let through at once if no controller runs, and nothing is marked', async () => {
    const away = endpoint({ isControllerThere: async () => Promise.resolve(false) });
    expect(await away.answer(review(createPod()))).toBe(allowed);
    expect([await outcomes(), isMarked()]).toEqual(['controller-away', false]);
  });

  test.each([
    ['a deletion', {}],
    ['an eviction', eviction],
  ])('as %s is let through at once when the webhook stops, with an event', async (_, changed) => {
    const stop = new AbortController();
    const held = endpoint({ signal: stop.signal }).answer(review(createPod(), changed));
    await until(isMarked);
    stop.abort();
    expect(await held).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['stopping', ['shop/web-1 DeletedUndrained']]);
  });

  test('is an event also if it comes when the webhook has stopped', async () => {
    expect(await endpoint({ signal: AbortSignal.abort() }).answer(review(createPod()))).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['stopping', ['shop/web-1 DeletedUndrained']]);
  });

  // The API server asks again because the mark has changed the pod, each time with a uid of its own.
  test('has its connection kept when the pod is marked, and not before', async () => {
    const kept: boolean[] = [];
    const held = endpoint().answer(review(createPod()), () => kept.push(isMarked())) as Promise<string>;
    await until(() => kept.length > 0);
    answer();
    await held;
    expect(kept).toEqual([true]);
  });

  test('that gave up is let through at once when the API server asks again, also at another replica', async () => {
    // Enough to mark the pod on a machine that is slow.
    const limitMs = 2_000;
    expect(await endpoint({ limitMs }).answer(review(createPod()))).toBe(allowed);
    const again = await endpoint({ limitMs, metrics: createDrainMetrics(new Registry()) }).answer(
      review(live(), { uid: 'u-2' }),
    );
    expect(again).toBe(allowed.replace('u-1', 'u-2'));
    expect(reports).toEqual(['shop/web-1 DeletedUndrained']);
  });

  test('is held no longer than the limit from when the first one asked, whoever asks again', async () => {
    createPod();
    askedAgo(4_000);
    const startedMs = performance.now();
    expect(await endpoint({ limitMs: 6_000 }).answer(review(live()))).toBe(allowed);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect([await outcomes(), reports]).toEqual(['gave-up', ['shop/web-1 DeletedUndrained']]);
  });

  test.each([
    ['a deletion', {}],
    ['an eviction', eviction],
  ])(
    'as %s is let through at once when somebody asks again after one that gave up, with an event',
    async (_, changed) => {
      createPod();
      askedAgo(30_000);
      expect(await endpoint().answer(review(live(), changed))).toBe(allowed);
      expect([await outcomes(), reports]).toEqual(['asked-again', ['shop/web-1 DeletedUndrained']]);
    },
  );

  test('that only its review calls asked for again is judged by the pod itself', async () => {
    createPod();
    askedAgo(30_000);
    const pod = live();
    fake.server.store.delete(placeOf(path));
    expect(await endpoint().answer(review(pod))).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['gone', []]);
  });

  test('is held anew a minute after an earlier one was not carried out', async () => {
    createPod();
    askedAgo(61_000);
    const held = endpoint().answer(review(live())) as Promise<string>;
    await until(() => askedMs() > Date.now() - 30_000);
    answer();
    expect(await held).toBe(allowed);
    expect(await outcomes()).toBe('drained');
  });

  test('of a pod that is gone meanwhile waits no longer', async () => {
    const held = endpoint().answer(review(createPod()));
    await until(isMarked);
    fake.server.store.delete(placeOf(path));
    expect(await held).toBe(allowed);
    expect(await outcomes()).toBe('gone');
  });

  test('of a pod that was replaced marks nothing', async () => {
    const pod = createPod();
    fake.server.store.delete(placeOf(path));
    createPod();
    expect(await endpoint().answer(review(pod))).toBe(allowed);
    expect([await outcomes(), isMarked()]).toEqual(['gone', false]);
  });

  test.each<[string, (request: FakeRequest) => boolean]>([
    ['mark', ({ method }) => method === 'PATCH'],
    ['watch', ({ method, query }) => method === 'GET' && query.get('watch') !== null],
  ])('whose %s fails while an API server restarts waits all the same', async (_, matches) => {
    fake.server.fail({ matches, times: 2, answer: { status: 500 } });
    const held = endpoint().answer(review(createPod())) as Promise<string>;
    await until(isMarked);
    answer();
    expect(await held).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['drained', []]);
  });

  test.each<[string, () => void]>([
    ['breaks', () => fake.server.watches.cut()],
    ['expires', () => fake.server.watches.expire()],
  ])('whose watch %s waits all the same', async (_, end) => {
    const held = endpoint().answer(review(createPod())) as Promise<string>;
    await until(() => isMarked() && fake.server.watches.size === 1);
    end();
    answer();
    expect(await held).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['drained', []]);
  });

  test('that may not be marked is let through, with an event', async () => {
    const pod = createPod();
    fake.server.fail({ matches: ({ method }) => method === 'PATCH', answer: { status: 403 } });
    expect(await endpoint().answer(review(pod))).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['error', ['shop/web-1 DeletedUndrained']]);
  });
});

describe('an eviction', () => {
  test('is held as a deletion is', async () => {
    createPod();
    const held = endpoint().answer(review(undefined, eviction));
    await until(isMarked);
    answer();
    expect(await held).toBe(allowed);
  });

  test('of a pod that did not ask is no news while no controller runs', async () => {
    createPod();
    const rule = { mode: 'opt-in', gateType } as const;
    const away = endpoint({ rule, isControllerThere: async () => Promise.resolve(false) });
    expect(await away.answer(review(undefined, eviction))).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['not-opted-in', []]);
  });

  test('is no news if it comes when the webhook has stopped: whether its pod asks is not known', async () => {
    createPod();
    expect(await endpoint({ signal: AbortSignal.abort() }).answer(review(undefined, eviction))).toBe(allowed);
    expect([await outcomes(), reports]).toEqual(['stopping', []]);
  });

  test('that a budget forbids drains nothing, and is refused as the API server does it', async () => {
    createPod({ phase: 'Running', conditions: [condition(gateType), condition('Ready')] });
    fake.server.create(paths.podDisruptionBudgets('shop'), {
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0 },
    });
    expect(JSON.parse(await endpoint().answer(review(undefined, eviction)))).toMatchObject({ response: refused });
    expect([await outcomes(), isMarked(), reports]).toEqual(['budget-exhausted', false, []]);
  });

  test('of a pod that a budget may not count is left to the API server', async () => {
    createPod();
    fake.server.create(paths.podDisruptionBudgets('shop'), {
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0 },
    });
    expect(await endpoint().answer(review(undefined, eviction))).toBe(allowed);
    expect([await outcomes(), isMarked()]).toEqual(['disruption-refused', false]);
  });
});

describe('a forged review', () => {
  const forged = (uid: unknown) => ({
    metadata: { name: 'web-1', ...(uid === undefined ? {} : { uid }) },
    spec: { readinessGates: [{ conditionType: gateType }] },
    status: { conditions: [condition(gateType)] },
  });

  test('of a pod that did not ask for a drain marks nothing, whatever it says of the pod', async () => {
    const pod = createPod();
    const annotations = { 'clb-direct.io/drain-before-delete': 'false' };
    fake.server.store.patch(placeOf(path), { metadata: { annotations } } as never);
    expect(await endpoint().answer(review(forged(pod.metadata.uid)))).toBe(allowed);
    expect([await outcomes(), isMarked()]).toEqual(['opted-out', false]);
  });

  test.each([[undefined], ['another'], [7]])('with the uid %j marks nothing', async (uid) => {
    createPod();
    expect(await endpoint().answer(review(forged(uid)))).toBe(allowed);
    expect([await outcomes(), isMarked()]).toEqual(['gone', false]);
  });
});

test('Two who delete one pod at once wait for one drain.', async () => {
  const one = endpoint();
  const pod = createPod();
  const first = one.answer(review(pod));
  await until(isMarked);
  const second = one.answer(review(live(), { uid: 'u-2' }));
  answer();
  expect(await first).toBe(allowed);
  expect(await second).toBe(allowed.replace('u-1', 'u-2'));
  expect(fake.server.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
});
