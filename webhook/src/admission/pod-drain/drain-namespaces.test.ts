import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { drainNamespaceLabel } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { followDrainNamespaces } from './drain-namespaces.ts';

// Reads that fail are tried again after a pause, on a machine that may be slow.
jest.setTimeout(60_000);
let fake: FakeCluster;

beforeEach(async () => {
  fake = await openFakeCluster();
  for (const [name, label] of [
    ['all', 'true'],
    ['some', 'annotated'],
    ['other', 'yes'],
  ] as const) {
    fake.server.create(paths.namespaces(), { metadata: { name, labels: { [drainNamespaceLabel]: label } } });
  }
});
afterEach(async () => fake.close());

const follow = () => {
  const log = createLogger({ program: 'test', level: 'silent' });
  return followDrainNamespaces({ api: fake.api, log, registry: new Registry(), signal: fake.stop.signal });
};
const { signal } = new AbortController();
const failLists = (status: number, times = Infinity) =>
  fake.server.fail({
    matches: ({ query }) => query.get('watch') === null && query.get('fieldSelector') === null,
    times,
    answer: { status },
  });
const failReads = (status: number, times = Infinity) =>
  fake.server.fail({ matches: ({ query }) => query.get('fieldSelector') !== null, times, answer: { status } });

const wishes = [
  ['all', 'all'],
  ['some', 'annotated'],
  ['other', undefined],
  ['absent', undefined],
] as const;

test('What is known costs no call.', async () => {
  const namespaces = follow();
  await until(() => namespaces.wishOf('all') === 'all');
  const before = fake.server.requests.length;
  for (const [name, wish] of wishes) expect(await namespaces.read(name, signal)).toBe(wish);
  expect(fake.server.requests.length - before).toBeLessThanOrEqual(1);
});

test('While their first list fails the Namespace itself is read.', async () => {
  failLists(500);
  const namespaces = follow();
  expect(namespaces.wishOf('all')).toBe('unknown');
  for (const [name, wish] of wishes) expect(await namespaces.read(name, signal)).toBe(wish);
});

test('A read that fails for a moment is made again.', async () => {
  failLists(500);
  failReads(429, 2);
  expect(await follow().read('all', signal)).toBe('all');
});

test('Without the role no namespace asks, and nothing waits for it.', async () => {
  failLists(403);
  failReads(403);
  expect(await follow().read('all', signal)).toBeUndefined();
});

test('A deletion waits for the read a few seconds at most.', async () => {
  failLists(500);
  failReads(500);
  const startedMs = performance.now();
  await expect(follow().read('all', signal)).rejects.toThrow();
  expect(performance.now() - startedMs).toBeLessThan(20_000);
});
