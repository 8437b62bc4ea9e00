import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { Registry } from 'prom-client';
import type { ReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';
import { createControllerLease } from '../controller-lease.ts';
import { followController, type ControllerPresence } from './controller-presence.ts';

const limitMs = 600_000;
const leasePath = paths.lease('clb-direct', 'clb-direct-controller');
let fake: FakeCluster;
let nowMs: number;
let isLeaseThere: boolean;
let reports: string[];
let registry: Registry;
let run: (signal: AbortSignal) => Promise<number>;

beforeEach(async () => {
  fake = await openFakeCluster();
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  isLeaseThere = false;
  reports = [];
  registry = new Registry();
});
afterEach(async () => fake.close());

function follow(changed: { readonly limitMs?: number } = {}): ControllerPresence {
  const loops: Pick<ReconcileLoops, 'run'> = {
    run: async ({ reconcile }) => {
      run = reconcile;
      return Promise.resolve();
    },
  };
  // Each look reads anew.
  const readLease = async (signal: AbortSignal) =>
    createControllerLease({ api: fake.api, namespace: 'clb-direct' })(signal);
  return followController({
    ...{ readLease, limitMs, namespace: 'clb-direct', loops, registry, signal: fake.stop.signal },
    reporter: { report: ({ severity, reason }) => reports.push(`${severity} ${reason}`) },
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    ...changed,
  });
}

/** `starting`: whom its annotation names. */
function holdLease(starting = ''): void {
  const spec = { holderIdentity: 'one', renewTime: new Date(nowMs).toISOString() };
  const metadata = { name: 'clb-direct-controller', annotations: { 'clb-direct.io/starting': starting } };
  const lease = { metadata, spec };
  if (isLeaseThere) fake.server.store.patch(placeOf(leasePath), lease);
  else fake.server.create(paths.leases('clb-direct'), lease);
  isLeaseThere = true;
}

/** Looks as often as the loop says, for so long. */
async function watch(ms: number, each: () => void = () => undefined): Promise<void> {
  const endMs = nowMs + ms;
  while (nowMs <= endMs) {
    each();
    nowMs += await run(fake.stop.signal);
  }
}

const paused = async () => /^clb_direct_gates_paused (\d)$/m.exec(await registry.metrics())?.[1];

test('While a controller renews its Lease, gates are added, and the Lease is read once a minute.', async () => {
  const presence = follow();
  await watch(2 * limitMs, holdLease);
  expect([presence.isAway(), reports, await paused()]).toEqual([false, [], '0']);
  expect(fake.server.requests.length).toBeLessThan(25);
});

test('When none has held it for the limit, that is told; soon after one holds it again, that too.', async () => {
  const presence = follow();
  await watch(60_000, holdLease);
  await watch(limitMs - 120_000);
  expect([presence.isAway(), reports]).toEqual([false, []]);
  await watch(130_000);
  expect([presence.isAway(), await paused()]).toEqual([true, '1']);
  expect(new Set(reports)).toEqual(new Set(['Warning GatesPaused']));
  await watch(10_000, holdLease);
  expect([presence.isAway(), await paused(), reports.at(-1)]).toEqual([false, '0', 'Normal GatesResumed']);
});

test.each([
  ['it has not read the cluster, nobody opens gates', 'one', true],
  ['the annotation names another holder, that was left behind', 'two', false],
])('While a holder renews and %s.', async (_, starting, isAway) => {
  const presence = follow();
  await watch(limitMs + 90_000, () => holdLease(starting));
  expect(presence.isAway()).toBe(isAway);
  await watch(10_000, holdLease);
  expect(presence.isAway()).toBe(false);
});

test('A cluster that never had a controller gets the time that one needs to start.', async () => {
  const presence = follow();
  await watch(limitMs - 10_000);
  expect(presence.isAway()).toBe(false);
  await watch(20_000);
  expect(presence.isAway()).toBe(true);
});

test('A Lease that cannot be read changes nothing.', async () => {
  const presence = follow();
  holdLease();
  await run(fake.stop.signal);
  nowMs += 2 * limitMs;
  fake.server.fail({ answer: { status: 403 }, times: 99 });
  await expect(run(fake.stop.signal)).rejects.toThrow();
  expect([presence.isAway(), reports]).toEqual([false, []]);
});

test('With the limit 0 gates are added in any case, and nothing is read.', () => {
  expect(follow({ limitMs: 0 }).isAway()).toBe(false);
  expect(fake.server.requests).toEqual([]);
});
