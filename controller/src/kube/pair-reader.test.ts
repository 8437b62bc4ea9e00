import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { dataOf, makePair } from '../testing/make-pair.ts';
import { createPairReader } from './pair-reader.ts';

const secret = { kind: 'Secret', namespace: 'shop', name: 'cert' } as const;
const pair = makePair();
let fake: FakeCluster;

beforeEach(async () => {
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

const read = async () => createPairReader(fake.api).read(secret, fake.stop.signal);
const create = (type: string, name = 'cert') =>
  fake.server.create(paths.secrets('shop'), { metadata: { name }, type, data: dataOf(pair) });

test('A pair is read by a list of one, which needs no more rights than the watch.', async () => {
  create('kubernetes.io/tls', 'another');
  create('kubernetes.io/tls');
  expect(await read()).toMatchObject({ certificate: pair.certificate });
});

test('A Secret that is gone or of another type has none.', async () => {
  expect(await read()).toBeUndefined();
  create('Opaque');
  expect(await read()).toBeUndefined();
});

test('A refusal is thrown, and shows no key.', async () => {
  create('kubernetes.io/tls');
  fake.server.fail({ matches: ({ path }) => path.includes('secrets'), answer: { status: 403 }, times: 9 });
  const thrown = (await read().catch((error: unknown) => error)) as Error;
  const keyLine = dataOf(pair)['tls.key']?.slice(40, 60) ?? '';
  expect(thrown).toBeInstanceOf(Error);
  expect(`${thrown.message} ${thrown.stack} ${String(thrown.cause)}`).not.toContain(keyLine);
});
