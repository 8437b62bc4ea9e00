import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { readSettings } from '@clb-direct/shared/runtime/settings.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { podGateWith } from './admission/testing/endpoint.ts';
import { followPreStop, type PreStop } from './create-pre-stop.ts';
import { webhookSettings } from './settings.ts';

// Lists that fail are made again after a pause, on a machine that may be slow.
jest.setTimeout(60_000);
let fake: FakeCluster;
let nowMs: number;

beforeEach(async () => {
  fake = await openFakeCluster();
  nowMs = 0;
});
afterEach(async () => fake.close());

/** The version is read as soon as it is answered. */
function follow(version: () => Promise<unknown>): PreStop | undefined {
  const where = { CLUSTER_ID: 'cls-1', REGION: 'ap-guangzhou', VPC_ID: 'vpc-1', POD_NAMESPACE: 'clb-direct' };
  const settings = readSettings(webhookSettings, { ...where, POD_NAME: 'one', PRE_STOP_SLEEP: 'opt-in' });
  const log = createLogger({ program: 'test', level: 'silent' });
  const clock = { nowMs: () => Date.now(), offsetMs: () => 0 };
  const { signal } = fake.stop;
  async function call<T>(asked: KubeCall): Promise<T> {
    return asked.path === '/version' ? ((await version()) as T) : fake.api.call<T>(asked);
  }
  const api = { ...fake.api, call };
  const run: Parameters<typeof followPreStop>[1]['loops']['run'] = async ({ reconcile }) => {
    await reconcile(signal).catch(() => undefined);
  };
  const options = { settings, api, clock, registry: new Registry(), log, signal, stop: () => undefined };
  return followPreStop(options, { loops: { run }, monotonicMs: () => nowMs });
}

const known = async () => Promise.resolve({ major: '1', minor: '31' });
const unknown = async () => Promise.reject(new Error('no'));
const failLists = (times: number) =>
  fake.server.fail({ matches: ({ query }) => query.get('watch') === null, times, answer: { status: 403 } });

test('What it needs is known when the namespaces and the version were read.', async () => {
  failLists(1);
  const preStop = follow(known);
  expect(preStop?.isKnown()).toBe(false);
  await until(() => preStop?.isKnown() === true);
});

test.each<[string, () => PreStop | undefined]>([
  [
    'namespaces',
    () => {
      failLists(Infinity);
      return follow(known);
    },
  ],
  ['version', () => follow(unknown)],
])('While its %s cannot be read it is not known, for ten seconds.', async (_, start) => {
  const preStop = start();
  await new Promise((resolve) => setTimeout(resolve, 300));
  nowMs = 9_999;
  expect(preStop?.isKnown()).toBe(false);
  nowMs = 10_000;
  expect(preStop?.isKnown()).toBe(true);
});

test('A webhook is not ready before it is known.', () => {
  expect(podGateWith({ isPreStopKnown: () => false }).problems()).toHaveLength(1);
  expect(podGateWith().problems()).toEqual([]);
});
