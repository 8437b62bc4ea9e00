import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import type { RecordedOwner } from '../core/model/record.ts';
import { anOwner, aPod } from '../testing/builders.ts';
import { fencedApi } from './fenced-api.ts';
import { createGateWriter } from './gate-writer.ts';
import { createHeldDeletionWriter } from './held-deletion-writer.ts';
import { createOwnerWriter } from './owner-writer.ts';
import { createRecordWriter } from './record-writer.ts';

const { signal } = new AbortController();
const recordPath = paths.configMap('clb-direct', 'clb-direct-lb-one');
let fake: FakeCluster;
let isHeld: boolean;
let api: KubeApi;

beforeEach(async () => {
  fake = await openFakeCluster();
  isHeld = true;
  api = fencedApi(fake.api, () => isHeld);
});
afterEach(async () => fake.close());

const entry = (places: readonly string[]): RecordedOwner => ({
  ...{ kind: 'Service', namespace: 'shop', name: 'web', uid: 'uid-a' },
  recordedAtMs: Date.UTC(2026, 0, 1),
  places,
  releasedAtMs: undefined,
});
const put = async (through: KubeApi, places: readonly string[]) =>
  createRecordWriter(through, 'clb-direct').put('lb-one', entry(places), signal);
const stored = () => JSON.stringify(fake.server.store.get(placeOf(recordPath)));

describe('A controller that does not hold the Lease any more', () => {
  test('leaves the record as its successor has written it, and reads on.', async () => {
    await put(api, ['TCP/80']);
    isHeld = false;
    await put(fake.api, ['TCP/80', 'TCP/443']);
    const written = stored();
    await expect(put(api, ['TCP/80'])).rejects.toMatchObject({ reason: 'LeaseLost' });
    expect(stored()).toBe(written);
    expect(await api.call({ method: 'GET', path: recordPath, signal })).toHaveProperty('data');
  });

  const shown = { balancerIds: [], finalizer: false, inUse: undefined };
  const condition = { status: 'True', reason: 'R', message: 'M' } as const;
  test.each<[string, (through: KubeApi) => Promise<void>]>([
    ['a record', async (through) => createRecordWriter(through, 'clb-direct').remove('lb-one', 'uid-a', signal)],
    ['a finalizer', async (through) => createOwnerWriter(through).show(anOwner(), shown, signal)],
    ['an address', async (through) => createOwnerWriter(through).publishAddresses(anOwner(), [], signal)],
    ['a gate', async (through) => createGateWriter(through, 'example.com/gate').write(aPod(), condition, signal)],
    ['a held deletion', async (through) => createHeldDeletionWriter(through, Date.now).ask(aPod(), true, signal)],
  ])('does not write %s.', async (_, write) => {
    isHeld = false;
    await expect(write(api)).rejects.toMatchObject({ reason: 'LeaseLost' });
    expect(fake.server.requests).toEqual([]);
  });

  test('does not send again what the API server sent back before.', async () => {
    const answer = { status: 429, headers: { 'retry-after': '0' } };
    const takesLeaseAway = () => {
      isHeld = false;
      return true;
    };
    fake.server.fail({ answer, matches: takesLeaseAway });
    await expect(put(api, ['TCP/80'])).rejects.toMatchObject({ reason: 'LeaseLost' });
    expect(fake.server.requests).toHaveLength(1);
  });
});
