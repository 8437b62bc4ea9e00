import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { aNode } from '../../testing/builders.ts';
import type { ObjectReference } from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';
import { toNodeFacts } from './node-facts.ts';
import { watchNodes } from './watch-nodes.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const all: ObjectReference<'Nodes'> = { kind: 'Nodes', namespace: '', name: '' };
let fake: FakeCluster;
let news: number;

beforeEach(async () => {
  news = 0;
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

function watch(): RelatedWatch<'Nodes'> {
  const options = { api: fake.api, log, signal: fake.stop.signal, pace: { pauseMs: [5, 20] as const } };
  return watchNodes({ ...options, onChange: () => void (news += 1) });
}

const status = {
  addresses: [
    { type: 'Hostname', address: 'node-1' },
    { type: 'InternalIP', address: '10.1.0.1' },
    { type: 'ExternalIP', address: '203.0.113.9' },
  ],
  conditions: [
    { type: 'DiskPressure', status: 'True' },
    { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' },
  ],
};
const raw = (parts: object = {}) => ({ metadata: { name: 'node-1' }, spec: {}, status, ...parts });

describe('a node', () => {
  test.each<[string, object, object]>([
    ['is kept with its InternalIP and its labels', {}, {}],
    ['may have labels', { metadata: { name: 'node-1', labels: { pool: 'a' } } }, { labels: { pool: 'a' } }],
    ['may be cordoned', { spec: { unschedulable: true } }, { cordoned: true }],
    [
      'may be about to go',
      { metadata: { name: 'node-1', deletionTimestamp: '2026-01-01T00:00:00Z' } },
      { ending: true },
    ],
    [
      'may be one that the autoscaler takes',
      { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] } },
      { ending: true },
    ],
    ['may have other taints', { spec: { taints: [{ key: 'dedicated' }] } }, {}],
    [
      'is not ready where it is not heard of',
      { status: { ...status, conditions: [{ type: 'Ready', status: 'Unknown' }] } },
      { ready: false },
    ],
    ['is not ready before it says so', { status: {} }, { ready: false, ips: [] }],
  ])('%s', (_, parts, expected) => {
    expect(toNodeFacts(raw(parts))).toEqual(aNode(expected));
  });
});

test('Where no Service asks for nodes, nothing is watched.', async () => {
  const one = watch();
  await one.settled();
  expect(one.get(all)).toEqual({ state: 'pending' });
  expect(fake.server.watches.size).toBe(0);
});

test('Nodes are seen through all that happens to them, and what only their heartbeat says is no news.', async () => {
  fake.server.create(paths.nodes(), raw());
  const one = watch();
  one.start(all);
  await one.settled();
  expect(one.get(all)).toEqual({ state: 'found', facts: { nodes: [aNode()] } });
  await until(() => news > 0);
  const place = placeOf(`${paths.nodes()}/node-1`);
  const before = news;
  const heartbeat = [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:05:00Z' }];
  fake.server.store.patch(place, { status: { ...status, conditions: heartbeat } } as never);
  fake.server.store.patch(place, { spec: { unschedulable: true } } as never);
  await until(() => JSON.stringify(one.get(all)).includes('"cordoned":true'));
  expect(news).toBe(before + 1);
  fake.server.store.delete(place);
  await until(() => JSON.stringify(one.get(all)).includes('"nodes":[]'));
});

test('Nodes that may not be read are unreadable until they may.', async () => {
  fake.server.fail({ matches: ({ path }) => path.includes('/nodes'), answer: { status: 403 }, times: 3 });
  const one = watch();
  one.start(all);
  await one.settled();
  expect(one.get(all)).toEqual({ state: 'unreadable' });
  await until(() => one.get(all).state === 'found');
});
