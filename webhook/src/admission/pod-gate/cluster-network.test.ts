import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { EventToRecord } from '@clb-direct/shared/kube/events/event.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';
import { followClusterNetwork, type ClusterNetworkSource } from './cluster-network.ts';

const path = '/api/v1/namespaces/kube-system/configmaps/tke-cni-agent-conf';
const log = createLogger({ program: 'test', level: 'silent' });

let api: MemoryApi;
let stopping: AbortController;
let events: EventToRecord[];
beforeEach(() => {
  api = createMemoryApi();
  stopping = new AbortController();
  events = [];
});
afterEach(() => stopping.abort());

function follow(
  setting: 'eni' | 'not-eni' | 'auto',
  overrides: Partial<Parameters<typeof followClusterNetwork>[0]> = {},
): ClusterNetworkSource {
  const registry = new Registry();
  const loops = createReconcileLoops({ stuckAfterMs: 60_000, monotonicMs: () => performance.now(), log, registry });
  const recorder = { record: (event: EventToRecord) => void events.push(event), flush: () => Promise.resolve() };
  const reporter = createReporter({ recorder, log, nowMs: () => performance.now() });
  const pauses = { recheckMs: 5, restMs: 5 };
  const { signal } = stopping;
  return followClusterNetwork({ setting, ...pauses, api, reporter, loops, log, registry, signal, ...overrides });
}

function setConf(defaultDelegates: string): void {
  const data = { '00-multus.conf': JSON.stringify({ defaultDelegates }) };
  api.objects.set(path, { metadata: { name: 'tke-cni-agent-conf' }, data });
}

test('with a fixed setting the CNI settings are not read', async () => {
  setConf('tke-bridge');
  const source = follow('eni');
  await until(() => source.current()?.eniDefault === 'eni');
  expect(api.calls.filter((call) => call.path === path)).toHaveLength(0);
  stopping.abort();
  await source.stopped;
});

test("TKE's switch for GlobalRouter pods is followed, whatever the setting says", async () => {
  const source = follow('not-eni');
  await until(() => source.current()?.globalRoute === false);
  const name = 'tke-service-controller-config';
  const data = { GlobalRouteDirectAccess: 'true' };
  api.objects.set(`/api/v1/namespaces/kube-system/configmaps/${name}`, { metadata: { name }, data });
  await until(() => source.current()?.globalRoute === true);
  expect(source.current()).toEqual({ eniDefault: 'not-eni', globalRoute: true });
});

test('auto follows the ConfigMap; without it every pod counts as ENI pod', async () => {
  const source = follow('auto');
  expect(source.current()?.eniDefault).toBeUndefined();
  await until(() => source.current()?.eniDefault === 'eni');
  setConf('tke-bridge');
  await until(() => source.current()?.eniDefault === 'not-eni');
  setConf('tke-route-eni,tke-bridge');
  await until(() => source.current()?.eniDefault === 'eni');
  stopping.abort();
  await source.stopped;
});

test('while it cannot be read, the last answer counts, and before the first there is none', async () => {
  setConf('tke-bridge');
  let isForbidden = true;
  api.before = () => {
    if (isForbidden) throw new KubeError({ status: 403, reason: 'Forbidden', message: 'forbidden' });
  };
  const source = follow('auto');
  await until(() => api.calls.length > 1);
  expect(source.current()?.eniDefault).toBeUndefined();
  isForbidden = false;
  await until(() => source.current()?.eniDefault === 'not-eni');
  isForbidden = true;
  const before = api.calls.length;
  await until(() => api.calls.length > before + 1);
  expect(source.current()?.eniDefault).toBe('not-eni');
});

test('settings that are not JSON are reported once, about the ConfigMap, and every pod counts as ENI pod', async () => {
  api.objects.set(path, { metadata: { name: 'tke-cni-agent-conf' }, data: { '00-multus.conf': '{' } });
  const source = follow('auto');
  await until(() => api.calls.length > 2);
  expect(source.current()?.eniDefault).toBe('eni');
  expect(events).toMatchObject([
    {
      type: 'Warning',
      reason: 'CniSettingsUnreadable',
      message: expect.stringContaining('00-multus.conf cannot be read: it is not JSON.'),
      regarding: { kind: 'ConfigMap', namespace: 'kube-system', name: 'tke-cni-agent-conf' },
    },
  ]);
});

describe('with a watch', () => {
  let fake: FakeCluster;
  const never = { recheckMs: 3_600_000, restMs: 3_600_000 };
  const conf = (defaultDelegates: string) => ({
    metadata: { name: 'tke-cni-agent-conf' },
    data: { '00-multus.conf': JSON.stringify({ defaultDelegates }) },
  });
  const pass = async () => new Promise<void>((resolve) => setTimeout(resolve, 100));
  const reads = () => fake.server.requests.filter((one) => one.path === path).length;
  beforeEach(async () => {
    fake = await openFakeCluster();
    fake.server.create('/api/v1/namespaces/kube-system/configmaps', conf('tke-bridge'));
  });
  afterEach(async () => {
    stopping.abort();
    await fake.close();
  });

  test('a change counts at once, also that the ConfigMap is gone, and nothing is read between changes', async () => {
    const source = follow('auto', { api: fake.api, ...never });
    await until(() => source.current()?.eniDefault === 'not-eni');
    fake.server.store.patch(placeOf(path), conf('tke-route-eni'));
    await until(() => source.current()?.eniDefault === 'eni');
    fake.server.store.patch(placeOf(path), conf('tke-bridge'));
    await until(() => source.current()?.eniDefault === 'not-eni');
    await pass();
    const before = reads();
    fake.server.create('/api/v1/namespaces/kube-system/configmaps', { metadata: { name: 'another' } });
    await pass();
    expect(reads()).toBe(before);
    fake.server.store.delete(placeOf(path));
    await until(() => source.current()?.eniDefault === 'eni');
    stopping.abort();
    await source.stopped;
  });

  test('that is refused, it is read again and again', async () => {
    fake.server.fail({ times: 10_000, matches: ({ query }) => query.has('fieldSelector'), answer: { status: 403 } });
    const source = follow('auto', { api: fake.api, recheckMs: 5, restMs: 3_600_000 });
    await until(() => source.current()?.eniDefault === 'not-eni');
    fake.server.store.patch(placeOf(path), conf('tke-route-eni'));
    await until(() => source.current()?.eniDefault === 'eni');
  });
});
