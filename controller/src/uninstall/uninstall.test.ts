import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import { serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { retainRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf, type FakeObject } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { uninstallRules, prepareUninstall, type UninstallRun } from './uninstall.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const name = 'clb-direct-controller';
const namespace = 'clb-direct';
const gateType = defaultGateType;
const deploymentPlace = placeOf(paths.deployment(namespace, name));
const accountPath = paths.serviceAccount(namespace, name);
let cluster: FakeCluster;
let server: FakeApiServer;
let api: KubeApi;
let stop: AbortController;

beforeEach(async () => {
  cluster = await openFakeCluster();
  ({ server, api, stop } = cluster);
  server.create(paths.deployments(namespace), { metadata: { name }, spec: { replicas: 2 } });
  server.create(paths.namespaces(), { metadata: { name: namespace } });
  server.create(accountPath, { metadata: { name } });
  const rights = { program: name, namespace, rules: uninstallRules, onServiceAccountDeleted: () => undefined };
  void retainRights({ api, ...rights, log, signal: stop.signal });
  await until(() => finalizers() !== undefined);
});
afterEach(async () => cluster.close());

/** A replica that has led and is asked to stop when the test goes on. */
async function replica({ hasLed = true } = {}): Promise<UninstallRun> {
  const settings = { POD_NAMESPACE: namespace, GATE_TYPE: gateType, CLUSTER_ID: 'cls-1' };
  const run = prepareUninstall({ api, settings, log, signal: stop.signal, pauseMs: 200 });
  // It has read its objects by then.
  if (hasLed) run.noteTerm(false);
  await run.runIfUninstalled();
  stop.abort();
  return run;
}

function waitingPod(): FakeObject {
  return server.create(paths.pods('shop'), {
    metadata: { name: 'web-1', labels: { app: 'web' } },
    spec: { readinessGates: [{ conditionType: gateType }] },
    status: { conditions: [{ type: gateType, status: 'False', reason: 'LoadBalancerNotReady' }] },
  });
}

function servedService(metadata: object = {}): FakeObject {
  return server.create(paths.services('shop'), {
    metadata: {
      name: 'web',
      finalizers: [serviceFinalizer],
      annotations: { 'clb-direct.io/load-balancers': 'lb-one', 'service.kubernetes.io/tke-existed-lbid': 'lb-one' },
      ...metadata,
    },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, protocol: 'TCP' }] },
    status: { conditions: [{ type: serviceCondition, status: 'True', reason: 'LoadBalancerEnsured', message: '' }] },
  });
}

const pod = () => server.store.get(placeOf(paths.pod('shop', 'web-1')));
const service = () => server.store.get(placeOf(paths.service('shop', 'web')));
const finalizers = () => server.store.get(placeOf(accountPath)).metadata['finalizers'];
const events = () => server.store.list(placeOf(paths.events()));

test('An uninstall opens gates, releases Services, reports what remains, and gives up the permissions.', async () => {
  const run = await replica();
  waitingPod();
  servedService();
  server.store.delete(deploymentPlace);
  await run.runIfUninstalled();

  expect(pod()['status']).toMatchObject({ conditions: [{ type: gateType, status: 'True', reason: 'Uninstalled' }] });
  expect(service().metadata).toMatchObject({
    finalizers: [],
    annotations: { 'clb-direct.io/load-balancers': 'lb-one' },
  });
  expect(service()['status']).toEqual({ conditions: [] });
  expect(finalizers()).toEqual([]);
  const aboutService = events().find(({ involvedObject }) => (involvedObject as { kind: string }).kind === 'Service');
  expect(aboutService).toMatchObject({ reason: 'Uninstalled', type: 'Warning' });
  expect(aboutService?.['message']).toMatch(/Listeners TCP\/80 named clb-direct_cls-1_\S+ may be there on CLB lb-one/);
});

test('An Ingress is released too, and one that is left to TKE keeps gates of the type of TKE closed.', async () => {
  server.create(paths.configMaps('kube-system'), { metadata: { name: 'tke-service-controller-config' } });
  const run = await replica({ hasLed: false });
  waitingPod();
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  server.create(paths.services('shop'), {
    metadata: { name: 'web' },
    spec: { type: 'ClusterIP', selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  server.create(paths.ingresses('shop'), {
    metadata: { name: 'tkes', annotations: { 'ingress.cloud.tencent.com/direct-access': 'true' } },
    spec: { rules },
  });
  server.create(paths.ingresses('shop'), { metadata: { name: 'ours', finalizers: [serviceFinalizer] }, spec: {} });
  server.store.delete(deploymentPlace);
  await run.runIfUninstalled();

  expect(pod()['status']).toMatchObject({ conditions: [{ type: gateType, status: 'False' }] });
  expect(server.store.get(placeOf(paths.ingress('shop', 'ours'))).metadata['finalizers']).toEqual([]);
});

test('A Service that is being deleted is gone afterwards.', async () => {
  const run = await replica();
  servedService({ deletionTimestamp: '2026-01-01T00:00:00Z' });
  server.store.delete(deploymentPlace);
  await run.runIfUninstalled();
  expect(service).toThrow('NotFound');
});

test('A replica that is only replaced changes nothing.', async () => {
  const run = await replica();
  waitingPod();
  servedService();
  const before = server.store.version;
  await run.runIfUninstalled();
  expect(server.store.version).toBe(before);
});

test('What a leader writes late is released too, and an object that cannot be changed stops no other.', async () => {
  const run = await replica({ hasLed: false });
  servedService();
  server.store.delete(deploymentPlace);
  server.fail({
    times: 1,
    matches: ({ method, path }) => method === 'PATCH' && path.endsWith('/status'),
    answer: { status: 500 },
  });
  const cleaning = run.runIfUninstalled();
  await until(() => JSON.stringify(service().metadata['finalizers']) === '[]');
  waitingPod();
  await cleaning;
  expect(pod()['status']).toMatchObject({ conditions: [{ status: 'True', reason: 'Uninstalled' }] });
});

test('A replica whose permissions are gone assumes that another one has done everything.', async () => {
  const run = await replica();
  server.store.delete(deploymentPlace);
  server.fail({ times: 100, matches: ({ path }) => !path.includes('deployments'), answer: { status: 401 } });
  await run.runIfUninstalled();
  server.heal();
  expect(finalizers()).toEqual(['clb-direct.io/rights']);
});

test('A replica that takes over during an uninstall knows why it should not lead.', async () => {
  const settings = { POD_NAMESPACE: namespace, GATE_TYPE: gateType, CLUSTER_ID: 'cls-1' };
  const run = prepareUninstall({ api, settings, log, signal: stop.signal });
  expect(await run.whyUninstalled(stop.signal)).toBeUndefined();
  server.store.delete(placeOf(accountPath));
  expect(await run.whyUninstalled(stop.signal)).toBe('ServiceAccount clb-direct-controller is being deleted');
});
