import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import type { ObjectReference, SecretFacts } from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';
import { watchEach } from './watch-each.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const tls: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'tls' };
const facts = (certificateId: string): SecretFacts => ({ certificateId, caCertificateId: undefined });
let fake: FakeCluster;
let news: string[];

beforeEach(async () => {
  news = [];
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

function watch(): RelatedWatch<'Secret'> {
  return watchEach({
    kind: 'Secret',
    api: fake.api,
    log,
    signal: fake.stop.signal,
    pace: { pauseMs: [5, 20] },
    where: ({ namespace, name }) => ({
      path: paths.secrets(namespace),
      query: { fieldSelector: `metadata.name=${name}` },
    }),
    toView: (raw) => facts((raw as { data: { id: string } }).data.id),
    join: ([first]) => first as SecretFacts | undefined,
    onChange: ({ namespace, name }) => news.push(`${namespace}/${name}`),
    mostOfNamespace: 2,
  });
}

const create = (name: string, id: string) =>
  fake.server.create(paths.secrets('shop'), { metadata: { name }, data: { id } });

test('An object is pending until it was read, and its changes are told as long as an owner refers to it.', async () => {
  create('tls', 'one');
  create('other', 'none of ours');
  const one = watch();
  expect(one.get(tls)).toEqual({ state: 'pending' });
  one.start(tls);
  expect(one.get(tls)).toEqual({ state: 'pending' });
  await one.settled();
  expect(one.get(tls)).toEqual({ state: 'found', facts: facts('one') });
  fake.server.store.patch(placeOf(paths.secret('shop', 'tls')), { data: { id: 'two' } } as never);
  await until(() => JSON.stringify(one.get(tls)).includes('two'));
  expect(new Set(news)).toEqual(new Set(['shop/tls']));
  one.stop(tls);
  await until(() => fake.server.watches.size === 0);
  expect(one.get(tls)).toEqual({ state: 'pending' });
});

test('An object that does not exist is missing, which is news, and is found when somebody creates it.', async () => {
  const one = watch();
  one.start(tls);
  await one.settled();
  expect(one.get(tls)).toEqual({ state: 'missing' });
  await until(() => news.length === 1);
  create('tls', 'one');
  await until(() => one.get(tls).state === 'found');
  fake.server.store.delete(placeOf(paths.secret('shop', 'tls')));
  await until(() => one.get(tls).state === 'missing');
});

test('Of one namespace a few are watched, and another one as soon as one of them is not named any more.', async () => {
  const [a, b, c] = [tls, { ...tls, name: 'b' }, { ...tls, name: 'c' }];
  for (const { name } of [a, b, c]) create(name, name);
  const one = watch();
  for (const reference of [a, b, c]) one.start(reference);
  await one.settled();
  expect([a, b, c].map((reference) => one.get(reference).state)).toEqual(['found', 'found', 'unreadable']);
  one.start({ ...tls, namespace: 'other' });
  await one.settled();
  expect(one.get({ ...tls, namespace: 'other' })).toEqual({ state: 'missing' });
  await until(() => fake.server.watches.size === 3);
  one.stop(a);
  await until(() => one.get(c).state === 'found');
  expect([news.includes('shop/c'), fake.server.watches.size <= 3]).toEqual([true, true]);
  one.stop(c);
  one.stop(b);
  await until(() => fake.server.watches.size === 1);
});

test.each([403, 404])(
  'What the API server answers with %d is unreadable, and is read as soon as it may be.',
  async (status) => {
    create('tls', 'one');
    fake.server.fail({ matches: ({ path }) => path.includes('secrets'), answer: { status }, times: 3 });
    const one = watch();
    one.start(tls);
    await one.settled();
    expect(one.get(tls)).toEqual({ state: 'unreadable' });
    await until(() => one.get(tls).state === 'found');
  },
);
