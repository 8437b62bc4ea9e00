import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import {
  addLoadBalancer,
  callsSince,
  listenersOf,
  loadBalancerAt,
  newestCall,
  type ClbListener,
} from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { underLoad } from '../support/load.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { eventsOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** Services that exchange their ports, are renamed or move to another CLB: clients notice nothing. */
const namespace = 'e2e-hand-over';
const first = { loadBalancerId: 'lb-hand0001', vip: '198.51.100.51' };
const second = { loadBalancerId: 'lb-hand0002', vip: '198.51.100.52' };
const third = { loadBalancerId: 'lb-hand0003', vip: '198.51.100.93' };
const { loadBalancerId, vip } = first;
const apps = ['blue', 'green'];
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await Promise.all([first, second, third].map(async (one) => addLoadBalancer(one.loadBalancerId, one.vip)));
  await apply(namespaceOf(namespace));
  for (const [index, app] of apps.entries()) {
    await apply(service(namespace, { name: app, app, loadBalancerId, port: 80 + index }));
    await apply(deployment(namespace, 2, { app }));
  }
  for (const app of apps) {
    await until(
      `ready pods of ${app}`,
      async () => living(await podsOf(api, namespace, app)),
      (pods) => pods.length === 2 && pods.every(isReady),
      300_000,
    );
  }
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const named = async (name: string) => kubectl(['-n', namespace, 'get', 'service', name, '-o', 'json']);
const uidOf = async (name: string) => (JSON.parse(await named(name)) as { metadata: { uid: string } }).metadata.uid;
const uidsOf = async (app: string) => (await podsOf(api, namespace, app)).map(({ metadata }) => metadata?.uid ?? '');
const listenerOn = (port: number, listeners: readonly ClbListener[]) => listeners.find((one) => one.port === port);

/** The listener sends to the pods of this app, all of them Alive, and to no others. */
async function untilServing(port: number, app: string, balancerId = loadBalancerId): Promise<ClbListener | undefined> {
  const uids = await uidsOf(app);
  const listeners = await until(
    `port ${port} with the pods of ${app} alone`,
    async () => listenersOf(balancerId),
    (all) => {
      const targets = listenerOn(port, all)?.targets.filter(({ weight }) => weight > 0) ?? [];
      const tags = targets.filter(({ health }) => health === 'Alive').map(({ tag }) => tag ?? '');
      return tags.length === targets.length && tags.toSorted().join() === uids.toSorted().join();
    },
    120_000,
  );
  return listenerOn(port, listeners);
}

async function setPort(name: string, port: number): Promise<void> {
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/ports/0/port', value: port }]);
  await kubectl(['-n', namespace, 'patch', 'service', name, '--type=json', '-p', patch]);
}

test('Two Services that exchange their ports get there by themselves, and no request is lost.', async () => {
  const before = await untilServing(80, 'blue');
  const result = await underLoad(vip, 50, async () => {
    await setPort('blue', 81);
    await setPort('green', 80);
    await Promise.all([untilServing(80, 'green'), untilServing(81, 'blue')]);
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
  expect(Object.keys(result.pods).some((pod) => pod.startsWith('green'))).toBe(true);
  const after = await untilServing(80, 'green');
  expect(after?.id).toBe(before?.id);
  expect(after?.name).toContain(await uidOf('green'));
});

test('A Service that is deleted for a successor hands its listener over, and no target is touched.', async () => {
  await apply(service(namespace, { name: 'renamed', app: 'green', loadBalancerId }));
  const before = await untilServing(80, 'green');
  await until(
    'its finalizer',
    async () => named('renamed'),
    (text) => text.includes('clb-direct.io/listeners'),
    60_000,
  );
  const from = await newestCall();
  const result = await underLoad(vip, 50, async () => {
    await kubectl(['-n', namespace, 'delete', 'service', 'green', '--wait=true', '--timeout=60s']);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
  const after = await untilServing(80, 'green');
  expect(after?.id).toBe(before?.id);
  expect(after?.name).toContain(await uidOf('renamed'));
  const writes = (await callsSince(from)).filter((call) => call.write && call.loadBalancerId === loadBalancerId);
  const atPort80 = writes.filter(({ request }) => JSON.stringify(request).includes(before?.id ?? ''));
  expect(atPort80.map(({ action }) => action)).toEqual(['ModifyListener']);
});

test('A Service that moves to another CLB is reached at both addresses.', async () => {
  const value = `${annotation.existingLoadBalancer}=${second.loadBalancerId}`;
  const address = async () => JSON.stringify((JSON.parse(await named('renamed')) as { status: unknown }).status);
  const result = await underLoad(vip, 50, async () => {
    await kubectl(['-n', namespace, 'annotate', 'service', 'renamed', '--overwrite', value]);
    await until('the new address', address, (status) => status.includes(second.vip), 120_000);
    const there = listenerOn(80, await listenersOf(second.loadBalancerId));
    expect(there?.targets.some(({ health }) => health === 'Alive')).toBe(true);
    await untilServing(80, 'green', second.loadBalancerId);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
  await untilServing(80, 'green');
});

/** What `kubectl get service` shows as EXTERNAL-IP, once it is another address than this. */
async function untilAddressAfter(name: string, before: string): Promise<string> {
  const column = async () => {
    const row = await kubectl(['-n', namespace, 'get', 'service', name, '--no-headers']);
    return row.trim().split(/\s+/)[3] ?? '';
  };
  return until(`another address of ${name} than ${before}`, column, (text) => text !== before && /^\d/.test(text));
}

test('A Service passes from a private CLB of its own to an existing one and back; no request is lost.', async () => {
  const on = async (...values: readonly string[]) =>
    kubectl(['-n', namespace, 'annotate', '--overwrite', 'service', 'own', ...values]);
  const protect = async (id: string, DeleteProtect: boolean) =>
    cloudClient().ModifyLoadBalancerAttributes({ LoadBalancerId: id, DeleteProtect });
  const { metadata, ...rest } = service(namespace, { name: 'own', app: 'blue' });
  const kept = { [annotation.moveKeepSeconds]: '10', [annotation.targetDrainSeconds]: '1' };
  const annotations = { ...metadata.annotations, ...kept, [annotation.internalSubnet]: 'subnet-e2e' };
  await apply({ ...rest, metadata: { ...metadata, annotations } });
  const ownVip = await untilAddressAfter('own', '');
  const { id: ownId = '' } = (await loadBalancerAt(ownVip)) ?? {};
  const { LoadBalancerSet: found } = await cloudClient().DescribeLoadBalancers({ LoadBalancerIds: [ownId] });
  expect(found).toMatchObject([{ LoadBalancerType: 'INTERNAL', SubnetId: 'subnet-e2e' }]);
  await untilServing(80, 'blue', ownId);

  const there = await underLoad(ownVip, 50, async () => {
    await protect(ownId, true);
    await on(`${annotation.existingLoadBalancer}=${third.loadBalancerId}`);
    expect(await untilAddressAfter('own', ownVip)).toBe(third.vip);
  });
  expect(there.failures).toEqual([]);
  expect(there.ok).toBeGreaterThan(50);
  await until(
    'an event about the deletion protection',
    async () => eventsOf(api, namespace, 'own'),
    (all) => all.some(({ reason, message }) => reason === 'LoadBalancerNotDeleted' && message?.includes(ownId)),
  );
  expect(await loadBalancerAt(ownVip)).toMatchObject({ id: ownId, listeners: [] });

  const back = await underLoad(third.vip, 50, async () => {
    await protect(ownId, false);
    await until(
      'its CLB to be deleted',
      async () => loadBalancerAt(ownVip),
      (one) => one === undefined,
    );
    await on(`${annotation.existingLoadBalancer}-`);
    await untilAddressAfter('own', third.vip);
  });
  expect(back.failures).toEqual([]);
  expect(back.ok).toBeGreaterThan(50);
  await kubectl(['-n', namespace, 'delete', 'service', 'own', '--wait=true', '--timeout=120s']);
  expect(await listenersOf(third.loadBalancerId)).toEqual([]);
});
