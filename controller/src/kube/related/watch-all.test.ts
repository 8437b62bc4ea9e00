import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import type { ObjectReference } from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';
import { watchAll } from './watch-all.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const tuned: ObjectReference<'TkeServiceConfig'> = { kind: 'TkeServiceConfig', namespace: 'shop', name: 'tuned' };
let fake: FakeCluster;
let news: string[];

beforeEach(async () => {
  news = [];
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

function watch(remembersMs?: number): RelatedWatch<'TkeServiceConfig'> {
  return watchAll({
    ...(remembersMs === undefined ? {} : { remembersMs }),
    kind: 'TkeServiceConfig',
    api: fake.api,
    log,
    signal: fake.stop.signal,
    pace: { pauseMs: [5, 20] },
    path: paths.tkeServiceConfigs(),
    toView: (raw) => ({ spec: (raw as { spec: unknown }).spec }),
    onChange: ({ namespace, name }) => news.push(`${namespace}/${name}`),
  });
}

const create = (namespace: string, name: string, spec: object) =>
  fake.server.create(paths.tkeServiceConfigs(namespace), { metadata: { name }, spec });

test('Where no owner refers to one, nothing is watched.', async () => {
  const one = watch();
  await one.settled();
  expect(one.get(tuned)).toEqual({ state: 'pending' });
  expect(fake.server.watches.size).toBe(0);
});

test('One watch is enough for all, and only what an owner refers to is news.', async () => {
  create('shop', 'tuned', { a: 1 });
  create('other', 'tuned', { a: 2 });
  const one = watch();
  one.start(tuned);
  one.start({ ...tuned, name: 'missing' });
  expect(one.get(tuned)).toEqual({ state: 'pending' });
  await one.settled();
  expect(one.get(tuned)).toEqual({ state: 'found', facts: { spec: { a: 1 } } });
  expect(one.get({ ...tuned, namespace: 'other' })).toEqual({ state: 'found', facts: { spec: { a: 2 } } });
  expect(one.get({ ...tuned, name: 'missing' })).toEqual({ state: 'missing' });
  await until(() => fake.server.watches.size === 1 && news.includes('shop/missing'));
  fake.server.store.patch(placeOf(paths.tkeServiceConfig('shop', 'tuned')), { spec: { a: 3 } } as never);
  await until(() => JSON.stringify(one.get(tuned)).includes('3'));
  fake.server.store.delete(placeOf(paths.tkeServiceConfig('shop', 'tuned')));
  await until(() => one.get(tuned).state === 'missing');
  expect(new Set(news)).toEqual(new Set(['shop/tuned', 'shop/missing']));
});

test('What was deleted a moment ago is known for a while, and that it is forgotten is news.', async () => {
  create('shop', 'tuned', { a: 1 });
  const one = watch(200);
  one.start(tuned);
  await until(() => one.get(tuned).state === 'found');
  fake.server.store.delete(placeOf(paths.tkeServiceConfig('shop', 'tuned')));
  await until(() => one.get(tuned).state === 'missing');
  expect(one.get(tuned)).toEqual({ state: 'missing', was: { spec: { a: 1 } } });
  const before = news.length;
  await until(() => news.length > before);
  expect(one.get(tuned)).toEqual({ state: 'missing' });
});

test('What no owner refers to any more is no news.', async () => {
  const one = watch();
  one.start(tuned);
  await one.settled();
  await until(() => news.length === 1);
  one.stop(tuned);
  create('shop', 'tuned', {});
  await until(() => one.get(tuned).state === 'found');
  expect(news).toHaveLength(1);
});

test.each([403, 404])('A kind that the API server answers with %d is unreadable until it is there.', async (status) => {
  create('shop', 'tuned', {});
  fake.server.fail({ matches: ({ path }) => path.includes('tkeserviceconfigs'), answer: { status }, times: 3 });
  const one = watch();
  one.start(tuned);
  await one.settled();
  expect(one.get(tuned)).toEqual({ state: 'unreadable' });
  expect(news).toEqual(['shop/tuned']);
  await until(() => one.get(tuned).state === 'found');
});
