import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import type { ClusterChange } from '../core/model/cluster-port.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { requiredLists } from './required-lists.ts';
import { openCluster, type OpenCluster, type OpenClusterOptions } from './open-cluster.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const web = { namespace: 'shop', labels: { app: 'web' } };
let fake: FakeCluster;
let cluster: OpenCluster | undefined;
/** What the cluster answers at the moment of a change: [owners that select the pod, pods that the Service selects]. */
let answers: (readonly [string[], string[]])[];

beforeEach(async () => {
  answers = [];
  cluster = undefined;
  fake = await openFakeCluster();
  fake.server.create(paths.services('shop'), {
    metadata: {
      name: 'web',
      annotations: { 'clb-direct.io/managed': 'true', 'service.kubernetes.io/tke-existed-lbid': 'lb-one' },
    },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  fake.server.create(paths.services('shop'), { metadata: { name: 'internal' }, spec: { type: 'ClusterIP' } });
  fake.server.create(paths.pods('shop'), {
    metadata: { name: 'web-1', labels: { app: 'web' } },
    status: { podIP: '10.0.0.1' },
  });
});
afterEach(async () => fake.close());

function answer(): void {
  const [pod] = cluster?.pods() ?? [];
  const owners = pod === undefined ? [] : (cluster?.ownersSelecting(pod) ?? []);
  answers.push([owners.map(({ key }) => key), namesOf(cluster?.podsSelectedBy(web))]);
}

const namesOf = (pods: readonly PodView[] = []) => pods.map(({ name }) => name);

async function open(
  change: Partial<ClusterChange> = {},
  settings: Partial<OpenClusterOptions> = {},
): Promise<OpenCluster> {
  const { api, stop } = fake;
  const options = {
    api,
    namespace: 'clb-direct',
    gateType: 'example.com/gate',
    gateExpected: () => false,
    log,
    signal: stop.signal,
    ...settings,
  };
  const changes = { pods: answer, owners: answer, tke: () => undefined, ...change };
  cluster = await openCluster({ ...options, registry: new Registry() }, changes);
  answers.length = 0;
  return cluster;
}

test('What is there is found when the caches have synced, and only owners that have to do with a CLB.', async () => {
  const opened = await open();
  expect([...opened.owners()].map(({ key }) => key)).toEqual(['Service/shop/web']);
  expect(opened.ownersOn('lb-one')).toEqual([opened.owner('Service/shop/web')]);
  expect(opened.podsAt('10.0.0.1')).toEqual([opened.pod('shop/web-1')]);
});

test('What a leader needs to begin is asked for before it competes, and nothing else.', async () => {
  await open();
  const lists = fake.server.requests.filter(({ query }) => query.get('watch') === null);
  const asked = lists.map(({ path, query }) => `${path} ${query.get('fieldSelector') ?? ''}`);
  const required = requiredLists({ namespace: 'clb-direct' });
  expect(new Set(required.map(({ path, query }) => `${path} ${query?.fieldSelector ?? ''}`))).toEqual(new Set(asked));
});

test('The indexes have a change of an owner before it is reported.', async () => {
  await open();
  fake.server.store.patch(placeOf(paths.service('shop', 'web')), {
    metadata: { name: 'web' },
    spec: { selector: { app: 'api' } },
  });
  await until(() => answers.length > 0);
  expect(answers).toEqual([[[], ['web-1']]]);
  fake.server.store.delete(placeOf(paths.service('shop', 'web')));
  await until(() => answers.length > 1);
  expect([...(cluster?.owners() ?? [])]).toEqual([]);
});

test('An owner that cannot be read in the first list is there, and is read when it can be.', async () => {
  const at = placeOf(paths.service('shop', 'web'));
  const wrong = {
    annotations: { 'service.kubernetes.io/tke-existed-lbid': 5 },
    finalizers: ['clb-direct.io/listeners'],
  };
  fake.server.store.patch(at, { metadata: wrong } as never);
  const opened = await open();
  const web = () => opened.owner('Service/shop/web');
  expect(web()).toMatchObject({ isUnread: true, skip: 'yes', mark: 'ours', hasFinalizer: true, ending: false });
  fake.server.store.patch(at, {
    metadata: { annotations: { 'service.kubernetes.io/tke-existed-lbid': 'lb-two' } },
  } as never);
  await until(() => web()?.skip === 'no');
  expect(opened.ownersOn('lb-two')).toEqual([web()]);
});

test('The indexes have a change of a pod before it is reported.', async () => {
  await open();
  fake.server.store.patch(placeOf(paths.pod('shop', 'web-1')), {
    metadata: { name: 'web-1', labels: { app: 'api' } },
  });
  await until(() => answers.length > 0);
  expect(answers).toEqual([[[], []]]);
});

test("The mark of TKE's own controller is reported.", async () => {
  let changes = 0;
  const opened = await open({ tke: () => (changes += 1) });
  expect(opened.tkePresent()).toBe(false);
  fake.server.create(paths.configMaps('kube-system'), { metadata: { name: 'tke-service-controller-config' } });
  await until(() => changes > 0);
  expect(opened.tkePresent()).toBe(true);
});

test('A ConfigMap of TKE that is gone for a moment is still there; one that stays away is not.', async () => {
  const changes: boolean[] = [];
  const metadata = { name: 'tke-service-controller-config' };
  const at = placeOf(paths.configMap('kube-system', metadata.name));
  const create = (data: object) => fake.server.create(paths.configMaps('kube-system'), { metadata, data });
  create({ GlobalRouteDirectAccess: 'true' });
  const opened = await open({ tke: () => changes.push(opened.tkePresent()) }, { lastMs: 1_000 });
  fake.server.store.delete(at);
  create({ GlobalRouteDirectAccess: 'false' });
  await until(() => changes.length > 0);
  expect([changes, opened.reachRules().globalRoute]).toEqual([[true], false]);
  fake.server.store.delete(at);
  await until(() => changes.length > 1);
  expect(changes).toEqual([true, false]);
});

test('While a ConfigMap of TKE is gone for a moment, its last words count.', async () => {
  const metadata = { name: 'tke-service-controller-config' };
  const data = { GlobalRouteDirectAccess: 'true' };
  fake.server.create(paths.configMaps('kube-system'), { metadata, data });
  const opened = await open({}, { eniDefault: 'eni' });
  fake.server.store.delete(placeOf(paths.configMap('kube-system', metadata.name)));
  await setTimeout(300);
  expect([opened.tkePresent(), opened.reachRules().globalRoute]).toEqual([true, true]);
});

test("Which pods CLBs reach follows TKE's CNI settings and its switch for GlobalRouter pods.", async () => {
  let changes = 0;
  const opened = await open({ tke: () => (changes += 1) });
  const usual = { eniDefault: 'eni', globalRoute: false, hostNetworkTargets: false };
  expect(opened.reachRules()).toEqual(usual);
  const data = { '00-multus.conf': '{"defaultDelegates":"tke-bridge"}' };
  fake.server.create(paths.configMaps('kube-system'), { metadata: { name: 'tke-cni-agent-conf' }, data });
  await until(() => changes === 1);
  expect([opened.reachRules(), opened.tkePresent()]).toEqual([{ ...usual, eniDefault: 'not-eni' }, false]);
  const on = { GlobalRouteDirectAccess: 'true' };
  fake.server.create(paths.configMaps('kube-system'), {
    metadata: { name: 'tke-service-controller-config' },
    data: on,
  });
  await until(() => changes === 2);
  expect(opened.reachRules()).toEqual({ ...usual, eniDefault: 'not-eni', globalRoute: true });
});

test('With a setting of their own, the CNI settings are not watched.', async () => {
  const data = { '00-multus.conf': '{"defaultDelegates":"tke-bridge"}' };
  fake.server.create(paths.configMaps('kube-system'), { metadata: { name: 'tke-cni-agent-conf' }, data });
  const opened = await open({}, { eniDefault: 'eni', hostNetworkTargets: true });
  expect(opened.reachRules()).toEqual({ eniDefault: 'eni', globalRoute: false, hostNetworkTargets: true });
});

test('A Service whose targets are nodes is read again when a node or its EndpointSlices change.', async () => {
  const status = (ip: string) => ({
    addresses: [{ type: 'InternalIP', address: ip }],
    conditions: [{ type: 'Ready', status: 'True' }],
  });
  fake.server.create(paths.nodes(), { metadata: { name: 'node-1' }, status: status('10.1.0.1') });
  fake.server.store.patch(placeOf(paths.service('shop', 'web')), {
    metadata: { annotations: { 'service.cloud.tencent.com/direct-access': 'false' } },
    spec: { externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30_080 }] },
  } as never);
  const opened = await open();
  const nodes = () => {
    const backends = opened.owner('Service/shop/web')?.bindings[0]?.backends;
    const known = backends?.mode === 'nodes' ? (backends.nodes ?? []) : [];
    return known.map(({ ips, endpoints }) => `${ips.join()} ${endpoints.IPv4}`).join();
  };
  expect(nodes()).toBe('10.1.0.1 0');
  fake.server.create(paths.endpointSlices('shop'), {
    metadata: { name: 'web-a', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 80 }],
    endpoints: [{ addresses: ['10.0.0.1'], nodeName: 'node-1', conditions: { ready: true } }],
  });
  await until(() => nodes() === '10.1.0.1 1');
  fake.server.create(paths.nodes(), { metadata: { name: 'node-2' }, status: status('10.1.0.2') });
  await until(() => nodes() === '10.1.0.1 1,10.1.0.2 0');
  expect(answers.length).toBeGreaterThan(0);
});

const internal = placeOf(paths.service('shop', 'internal'));

/** To the pods of the Service web, by another Service. */
function createIngress(): void {
  const backend = { service: { name: 'internal', port: { number: 80 } } };
  const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  fake.server.create(paths.ingressClasses(), { metadata: { name: 'clb' }, spec: { controller: ingressController } });
  fake.server.create(paths.ingresses('shop'), { metadata: { name: 'site' }, spec: { ingressClassName: 'clb', rules } });
  const ports = [{ port: 80, targetPort: 8080 }];
  fake.server.store.patch(internal, { spec: { selector: { app: 'web' }, ports } } as never);
}

test('An Ingress is read with its class and its Services from the start, and again when they change.', async () => {
  createIngress();
  const opened = await open();
  const backendOf = () => opened.owner('Ingress/shop/site')?.bindings[0]?.backends;
  expect(backendOf()).toMatchObject({ mode: 'pods', selector: { labels: { app: 'web' } }, targetPort: 8080 });
  const [pod] = opened.pods();
  expect(pod && opened.ownersSelecting(pod).map(({ key }) => key)).toEqual(['Service/shop/web', 'Ingress/shop/site']);
  fake.server.store.delete(internal);
  await until(() => backendOf()?.mode === 'endpoints');
  fake.server.store.delete(placeOf(`${paths.ingressClasses()}/clb`));
  await until(() => opened.owner('Ingress/shop/site')?.mark === 'not-ours');
});

test("Nothing begins before the Services are read that Ingresses name: their pods would be nobody's.", async () => {
  createIngress();
  let lists = 0;
  fake.server.fail({
    // The first one is that of Services which are owners.
    matches: ({ path, query }) => path === paths.services() && query.get('watch') === null && (lists += 1) > 1,
    answer: { status: 410 },
  });
  const opened = await open();
  const [pod] = opened.pods();
  expect(pod && opened.ownersSelecting(pod).map(({ key }) => key)).toContain('Ingress/shop/site');
  expect(lists).toBe(2);
});
