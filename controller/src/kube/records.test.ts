import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf, type FakeObject } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import type { RecordedOwner } from '../core/model/record.ts';
import { openCluster } from './open-cluster.ts';
import { markedBalancers, readRecord, writeEntry } from './record-format.ts';
import { createRecordWriter } from './record-writer.ts';

const namespace = 'clb-direct';
const recordPath = paths.configMap(namespace, 'clb-direct-lb-one');
const { signal } = new AbortController();
let fake: FakeCluster;

beforeEach(async () => {
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

const anEntry = (uid: string, overrides: Partial<RecordedOwner> = {}): RecordedOwner => ({
  kind: 'Service',
  namespace: 'shop',
  name: 'web',
  uid,
  recordedAtMs: Date.UTC(2026, 0, 1),
  places: ['TCP/80', 'UDP/53'],
  releasedAtMs: undefined,
  ...overrides,
});
const stored = () => fake.server.store.get(placeOf(recordPath));
const exists = () => fake.server.store.has(placeOf(recordPath));
const ownersIn = (raw: unknown) => readRecord(raw)?.owners;

describe('the record of a CLB', () => {
  test('is a ConfigMap that people can read, with an entry for each owner', async () => {
    await createRecordWriter(fake.api, namespace).put('lb-one', anEntry('uid-a'), signal);
    expect(stored()).toMatchObject({
      metadata: { name: 'clb-direct-lb-one', labels: { 'clb-direct.io/record': 'load-balancer' } },
      data: {
        'uid-a':
          '{"kind":"Service","namespace":"shop","name":"web","places":["TCP/80","UDP/53"],' +
          '"recordedAt":"2026-01-01T00:00:00.000Z"}',
      },
    });
  });

  test('is read as it was written, also after a release', async () => {
    const writer = createRecordWriter(fake.api, namespace);
    const owners = [anEntry('uid-a'), anEntry('uid-b', { releasedAtMs: Date.UTC(2026, 0, 2), places: [] })];
    await Promise.all(owners.map(async (owner) => writer.put('lb-one', owner, signal)));
    expect(ownersIn(stored())?.toSorted((a, b) => a.uid.localeCompare(b.uid))).toEqual(owners);
    await writer.put('lb-one', anEntry('uid-b'), signal);
    expect(ownersIn(stored())).toContainEqual(anEntry('uid-b'));
  });

  test('loses one owner at a time, and goes with the last one', async () => {
    const writer = createRecordWriter(fake.api, namespace);
    await writer.put('lb-one', anEntry('uid-a'), signal);
    await writer.put('lb-one', anEntry('uid-b'), signal);
    await writer.remove('lb-one', 'uid-a', signal);
    expect(ownersIn(stored())).toEqual([anEntry('uid-b')]);
    await writer.remove('lb-one', 'uid-b', signal);
    expect(exists()).toBe(false);
    await writer.remove('lb-one', 'uid-b', signal);
  });

  test('does not go while another owner is written into it', async () => {
    const writer = createRecordWriter(fake.api, namespace);
    await writer.put('lb-one', anEntry('uid-a'), signal);
    fake.server.fail({ matches: ({ method }) => method === 'DELETE', answer: { delayMs: 100 } });
    const removed = writer.remove('lb-one', 'uid-a', signal);
    await until(() => fake.server.requests.some(({ method }) => method === 'DELETE'));
    await writer.put('lb-one', anEntry('uid-b'), signal);
    await removed;
    expect(ownersIn(stored())).toEqual([anEntry('uid-b')]);
  });

  test('that cannot be written is an error', async () => {
    fake.server.fail({ times: 20, answer: { status: 403 } });
    const writer = createRecordWriter(fake.api, namespace);
    await expect(writer.put('lb-one', anEntry('uid-a'), signal)).rejects.toThrow();
    await expect(writer.remove('lb-one', 'uid-a', signal)).rejects.toThrow();
  });
});

test('The mark that the records are complete is a ConfigMap, is written once, and is read at the start.', async () => {
  const writer = createRecordWriter(fake.api, namespace);
  await writer.markComplete(['lb-one'], signal);
  await writer.markComplete(['lb-two'], signal);
  const marks = fake.server.store.list(placeOf(paths.configMaps(namespace)));
  expect(marks.map(({ metadata }) => [metadata.name, metadata['labels']])).toEqual([
    ['clb-direct-records', { 'clb-direct.io/record': 'region' }],
  ]);
  expect(marked()).toEqual(['lb-one', 'lb-two']);
});

const marked = () => markedBalancers(fake.server.store.get(placeOf(paths.configMap(namespace, 'clb-direct-records'))));

describe('The mark', () => {
  const writer = () => createRecordWriter(fake.api, namespace);

  test('names the CLBs that have a record, from before it is made until it goes', async () => {
    await writer().markComplete([], signal);
    expect(marked()).toEqual([]);
    await writer().put('lb-one', anEntry('uid-a'), signal);
    await writer().put('lb-one', anEntry('uid-b'), signal);
    expect(marked()).toEqual(['lb-one']);
    await writer().remove('lb-one', 'uid-a', signal);
    expect(marked()).toEqual(['lb-one']);
    await writer().remove('lb-one', 'uid-b', signal);
    expect(marked()).toEqual([]);
  });

  test('goes on to name a CLB whose record others deleted, until it is known that nothing is there', async () => {
    await writer().markComplete([], signal);
    await writer().put('lb-one', anEntry('uid-a'), signal);
    fake.server.store.delete(placeOf(recordPath));
    expect(marked()).toEqual(['lb-one']);
    await writer().unmark('lb-one', signal);
    expect(marked()).toEqual([]);
  });

  test('still names a CLB when another owner is written while its record was about to go', async () => {
    await writer().markComplete([], signal);
    await writer().put('lb-one', anEntry('uid-a'), signal);
    fake.server.fail({ matches: ({ method }) => method === 'DELETE', answer: { delayMs: 100 } });
    const removed = writer().remove('lb-one', 'uid-a', signal);
    await until(() => fake.server.requests.some(({ method }) => method === 'DELETE'));
    await writer().put('lb-one', anEntry('uid-b'), signal);
    await removed;
    expect(marked()).toEqual(['lb-one']);
  });

  test('of an earlier version names none, so that all CLBs are searched once more', () => {
    expect(markedBalancers({ metadata: {} })).toBeUndefined();
    expect(markedBalancers(undefined)).toBeUndefined();
    expect(markedBalancers({ data: { complete: 'true', 'lb-one': '', 'no id': '' } })).toEqual(['lb-one']);
  });
});

const good = writeEntry(anEntry('uid-good'));
const raw = (data: Record<string, string>, metadata: object = {}) => ({
  metadata: { name: 'clb-direct-lb-one', labels: { 'clb-direct.io/record': 'load-balancer' }, ...metadata },
  data: { 'uid-good': good, ...data },
});

describe('entries that cannot be read', () => {
  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no times', '{"kind":"Service","namespace":"shop","name":"web"}'],
    ['a broken time', good.replace('2026-01-01', 'soon')],
    ['a broken time of release', good.replace('{', '{"releasedAt":"?",')],
    ['no name', good.replace('"web"', '{}')],
    ['a kind that this version does not watch', good.replace('Service', 'Gateway')],
  ])('(%s) are named, and the others count', (_, text) => {
    expect(readRecord(raw({ 'uid-bad': text }))).toMatchObject({
      owners: [{ uid: 'uid-good' }],
      unreadable: ['uid-bad'],
    });
  });

  test('do not matter in a ConfigMap that is no record', () => {
    expect(readRecord(raw({}, { labels: {} }))).toBeUndefined();
    expect(readRecord(raw({}, { name: 'clb-direct-settings' }))).toBeUndefined();
    expect(readRecord({ metadata: { name: 'x' } })).toBeUndefined();
  });
});

describe('the cluster', () => {
  const servicePath = paths.service('shop', 'web');
  const spec = { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] };
  const annotations = {
    'clb-direct.io/managed': 'true',
    'service.kubernetes.io/tke-existed-lbid': 'lb-two',
    'clb-direct.io/load-balancers': 'lb-two,lb-three',
  };
  const write = async (uid: string) => createRecordWriter(fake.api, namespace).put('lb-one', anEntry(uid), signal);
  let service: FakeObject;
  let changes: (readonly [string | undefined, string | undefined])[];

  beforeEach(() => {
    changes = [];
    service = fake.server.create(paths.services('shop'), { metadata: { name: 'web', annotations }, spec });
  });

  async function open() {
    const { api, stop } = fake;
    const log = createLogger({ program: 'test', level: 'silent' });
    return openCluster(
      {
        api,
        namespace,
        gateType: 'example.com/gate',
        gateExpected: () => false,
        log,
        registry: new Registry(),
        signal: stop.signal,
      },
      {
        pods: () => undefined,
        tke: () => undefined,
        owners: (now, before) => changes.push([now?.recordedBalancers.join(), before?.recordedBalancers.join()]),
      },
    );
  }

  test('believes records, and of the annotation only what the finalizer makes worth a look', async () => {
    const uid = service.metadata.uid ?? '';
    await write(uid);
    const cluster = await open();
    const owner = () => cluster.owner('Service/shop/web');
    expect(owner()).toMatchObject({ recordedBalancers: ['lb-one'], unprovenBalancers: [] });
    expect(cluster.ownersOn('lb-one')).toEqual([owner()]);
    expect(cluster.ownersOn('lb-three')).toEqual([]);
    fake.server.store.patch(placeOf(servicePath), {
      metadata: { name: 'web', finalizers: ['clb-direct.io/listeners'] },
    });
    await until(() => owner()?.hasFinalizer === true);
    expect(owner()?.unprovenBalancers).toEqual(['lb-three', 'lb-two']);
    expect(cluster.unsearched()).toBe('all');
    await createRecordWriter(fake.api, namespace).markComplete(['lb-one', 'lb-three'], signal);
    const next = await open();
    expect(next.unsearched()).toEqual(new Set(['lb-three']));
    const unproven = () => next.owner('Service/shop/web')?.unprovenBalancers;
    expect(next.owner('Service/shop/web')).toMatchObject({ recordedBalancers: ['lb-one'] });
    expect(unproven()).toEqual(['lb-three']);
    next.setUnsearched(new Set());
    expect(unproven()).toEqual([]);
  });

  test('reports a changed record as a change of its owner, which the indexes have before', async () => {
    const cluster = await open();
    changes.length = 0;
    await write(service.metadata.uid ?? '');
    await until(() => changes.length > 0);
    expect(changes).toEqual([['lb-one', '']]);
    expect(cluster.ownersOn('lb-one')).toHaveLength(1);
    fake.server.store.delete(placeOf(recordPath));
    await until(() => changes.length > 1);
    expect(changes[1]).toEqual(['', 'lb-one']);
    expect([...cluster.recordEntries()]).toEqual([]);
  });

  test('knows an owner by its record after a PUT that made it a Service that is none of ours', async () => {
    await write(service.metadata.uid ?? '');
    const cluster = await open();
    fake.server.store.replace(placeOf(servicePath), {
      metadata: { name: 'web', annotations: {}, finalizers: [] },
      spec: { ...spec, type: 'ClusterIP' },
    });
    await until(() => cluster.owner('Service/shop/web') === undefined);
    expect(cluster.ownersOn('lb-one')).toMatchObject([
      { isGone: true, mark: 'not-ours', recordedBalancers: ['lb-one'] },
    ]);
  });

  test('tells the owner of today from those that had its name before', async () => {
    await write('uid-before');
    const cluster = await open();
    expect(cluster.ownersOn('lb-one')).toMatchObject([{ uid: 'uid-before', isGone: true }]);
    expect(cluster.ownersOn('lb-two')).toMatchObject([{ uid: service.metadata.uid }]);
    expect(cluster.recordEntriesOf('Service/shop/web')).toMatchObject([{ owner: { uid: 'uid-before' } }]);
    await createRecordWriter(fake.api, namespace).put('lb-one', anEntry('uid-before', { releasedAtMs: 0 }), signal);
    await until(() => cluster.ownersOn('lb-one').length === 0);
    expect(cluster.recordOf('lb-one')?.owners).toHaveLength(1);
  });
});

describe('an entry', () => {
  const rules = [
    { protocol: 'HTTPS', port: 443, domain: 'a.com', url: '/' },
    { protocol: 'HTTPS', port: 443, domain: '*.b.com', url: '=/x y' },
    { protocol: 'HTTP', port: 80, domain: '', url: '/' },
    { protocol: 'HTTP', port: 80, domain: '', url: '~^/p' },
    { protocol: 'HTTP', port: 80, domain: '~^[^.]+\\.a\\.com$', url: '=/x' },
    { protocol: 'HTTP', port: 80, domain: '~^[^.]+\\.a\\.com$', url: '/x/' },
  ] as const;

  test('has rules, redirects and sessions as they were written', () => {
    const redirects = rules.slice(2);
    const owner = {
      ...anEntry('uid-rules'),
      rules,
      redirects,
      hasSessions: true as const,
      refusedWishes: ['0a1b2c3d'],
    };
    expect(ownersIn(raw({ 'uid-rules': writeEntry(owner) }))).toContainEqual(owner);
  });

  test.each([['HTTPS/443'], ['TCP/80 /'], [7], ['HTTP/x a.com/'], ['']])('ignores a rule that is none: %j', (rule) => {
    const text = JSON.stringify({ ...(JSON.parse(writeEntry(anEntry('uid-rules'))) as object), rules: [rule] });
    expect(ownersIn(raw({ 'uid-rules': text }))).toContainEqual(
      expect.objectContaining({ uid: 'uid-rules', rules: [] }),
    );
  });
});
