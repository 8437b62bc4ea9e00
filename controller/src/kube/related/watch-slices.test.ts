import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import type { ObjectReference } from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';
import { watchAllSlices, watchSlices } from './watch-slices.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const web: ObjectReference<'EndpointSlices'> = { kind: 'EndpointSlices', namespace: 'shop', name: 'web' };
let fake: FakeCluster;
let news: string[];

beforeEach(async () => {
  news = [];
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

function watch(): RelatedWatch<'EndpointSlices'> {
  const onChange = ({ namespace, name }: ObjectReference) => news.push(`${namespace}/${name}`);
  return watchSlices({ api: fake.api, log, signal: fake.stop.signal, pace: { pauseMs: [5, 20] }, onChange });
}

function create(name: string, ip: string, labels: Readonly<Record<string, string>> = {}): void {
  fake.server.create(paths.endpointSlices('shop'), {
    metadata: { name, labels: { 'kubernetes.io/service-name': 'web', ...labels } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: [ip] }],
  });
}

function listed(one: RelatedWatch<'EndpointSlices'>): string {
  const found = one.get(web);
  if (found.state !== 'found') return found.state;
  const endpoints = found.facts.slices.flatMap((slice) => slice.endpoints);
  return endpoints
    .map(({ addresses }) => addresses.join())
    .toSorted()
    .join();
}

test('Where no Service is without a selector, nothing is watched.', async () => {
  const one = watch();
  await one.settled();
  expect(one.get(web)).toEqual({ state: 'pending' });
  expect(fake.server.watches.size).toBe(0);
});

test('The slices of a Service are found by their label, through all that happens to them.', async () => {
  create('web-a', '10.0.0.1');
  create('other-a', '10.0.0.8', { 'kubernetes.io/service-name': 'other' });
  const one = watch();
  one.start(web);
  expect(one.get(web)).toEqual({ state: 'pending' });
  await one.settled();
  expect(listed(one)).toBe('10.0.0.1');
  create('web-b', '10.0.0.2');
  await until(() => listed(one) === '10.0.0.1,10.0.0.2');
  const labels = { 'kubernetes.io/service-name': 'other' };
  fake.server.store.patch(placeOf(paths.endpointSlice('shop', 'web-a')), { metadata: { labels } } as never);
  await until(() => listed(one) === '10.0.0.2');
  fake.server.store.delete(placeOf(paths.endpointSlice('shop', 'web-b')));
  await until(() => listed(one) === 'missing');
  expect(new Set(news)).toEqual(new Set(['shop/web']));
});

test('A list with hundreds of slices of one Service is one change of it.', async () => {
  for (const at of Array.from({ length: 300 }, (_, number) => number)) create(`web-${at}`, `10.0.0.${at % 250}`);
  const one = watch();
  one.start(web);
  await until(() => one.get(web).state === 'found');
  await until(() => news.length > 0);
  expect(news.length).toBeLessThanOrEqual(2);
});

test('That there are none is news too, once the first list has come.', async () => {
  const one = watch();
  one.start(web);
  await until(() => news.includes('shop/web'));
  expect(one.get(web)).toEqual({ state: 'missing' });
});

test('What Kubernetes lists for Services with a selector is not asked for.', async () => {
  create('web-a', '10.0.0.1', { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' });
  create('web-b', '10.0.0.2', { 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' });
  const one = watch();
  one.start(web);
  await one.settled();
  expect(listed(one)).toBe('10.0.0.2');
});

test('A Service that none refers to any more is no news.', async () => {
  const one = watch();
  one.start(web);
  await one.settled();
  one.start({ ...web, name: 'other' });
  one.stop(web);
  news = [];
  create('web-a', '10.0.0.1');
  create('other-a', '10.0.0.8', { 'kubernetes.io/service-name': 'other' });
  await until(() => news.length > 0);
  expect(new Set(news)).toEqual(new Set(['shop/other']));
});

test.each([403, 404])('Where the API server answers %i, they are unreadable until it lists them.', async (status) => {
  create('web-a', '10.0.0.1');
  fake.server.fail({ matches: ({ path }) => path.includes('endpointslices'), answer: { status }, times: 3 });
  const one = watch();
  one.start(web);
  await one.settled();
  expect(one.get(web)).toEqual({ state: 'unreadable' });
  await until(() => listed(one) === '10.0.0.1');
});

test('What Kubernetes itself lists for a selector is seen where all slices are asked for.', async () => {
  const managedBy = 'endpointslice.kubernetes.io/managed-by';
  create('web-a', '10.0.0.1', { [managedBy]: 'endpointslice-controller.k8s.io' });
  const options = { api: fake.api, log, signal: fake.stop.signal, pace: { pauseMs: [5, 20] as const } };
  const all = watchAllSlices({ ...options, onChange: ({ kind }) => news.push(kind) });
  const others = watch();
  all.start({ ...web, kind: 'AllEndpointSlices' });
  others.start(web);
  await Promise.all([all.settled(), others.settled()]);
  expect(others.get(web)).toEqual({ state: 'missing' });
  const endpoints = [{ addresses: ['10.0.0.2'], nodeName: 'node-1' }];
  fake.server.store.patch(placeOf(paths.endpointSlice('shop', 'web-a')), { endpoints } as never);
  await until(() => JSON.stringify(all.get({ ...web, kind: 'AllEndpointSlices' })).includes('node-1'));
  expect(news).toContain('AllEndpointSlices');
});
