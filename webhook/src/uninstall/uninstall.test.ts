import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { retainRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { uninstallRules, uninstallWhenStopped } from './uninstall.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const name = 'clb-direct-webhook';
const namespace = 'clb-direct';
const deployment = placeOf(paths.deployment(namespace, name));
const registration = paths.mutatingWebhookConfiguration(registrationName);
const serviceAccount = paths.serviceAccount(namespace, name);
let cluster: FakeCluster;
let server: FakeApiServer;
let api: KubeApi;
let stop: AbortController;

beforeEach(async () => {
  cluster = await openFakeCluster();
  ({ server, api, stop } = cluster);
  server.create(paths.deployments(namespace), { metadata: { name }, spec: { replicas: 2 } });
  server.create(paths.namespaces(), { metadata: { name: namespace } });
  server.create(registration, { metadata: { name: registrationName } });
  server.create(serviceAccount, { metadata: { name } });
  const rights = { program: name, namespace, rules: uninstallRules, onServiceAccountDeleted: () => undefined };
  void retainRights({ api, ...rights, log, signal: stop.signal });
  await until(() => finalizers() !== undefined);
});
afterEach(async () => cluster.close());

/** A replica that has made its first checks and is asked to stop; `happen` is what happened before. */
async function stopped(happen: () => void, controllerLimitMs = 500): Promise<{ readonly ended: Promise<void> }> {
  const requestsBefore = server.requests.length;
  const ended = uninstallWhenStopped({ api, namespace, log, signal: stop.signal, pauseMs: 200, controllerLimitMs });
  await until(() => server.requests.length >= requestsBefore + 2);
  // An answer to a later request: those to the checks are here too.
  await api.call({ method: 'GET', path: registration, signal: stop.signal });
  happen();
  stop.abort();
  return { ended };
}

const uninstall = () => server.store.delete(deployment);
const isRegistered = () => server.store.list(placeOf(paths.mutatingWebhookConfigurations())).length > 0;
const finalizers = () => server.store.get(placeOf(serviceAccount)).metadata['finalizers'];
const kept = ['clb-direct.io/rights'];

test('A webhook that is uninstalled deletes its registration at once, and its permissions last.', async () => {
  const { ended } = await stopped(uninstall);
  await until(() => !isRegistered());
  expect(finalizers()).toEqual(kept);
  await ended;
  expect(finalizers()).toEqual([]);
});

test('A replica that is only replaced leaves the registration as it is.', async () => {
  const { ended } = await stopped(() => undefined);
  await ended;
  expect(isRegistered()).toBe(true);
  expect(finalizers()).toEqual(kept);
});

test('A registration that another replica has created again meanwhile is deleted again.', async () => {
  const { ended } = await stopped(uninstall);
  await until(() => !isRegistered());
  server.create(registration, { metadata: { name: registrationName } });
  await ended;
  expect(isRegistered()).toBe(false);
});

test('A replica without permissions concludes that another one has finished.', async () => {
  server.fail({ times: 100, matches: ({ method }) => method === 'DELETE', answer: { status: 403 } });
  const { ended } = await stopped(uninstall);
  await ended;
  expect(isRegistered()).toBe(true);
  expect(finalizers()).toEqual(kept);
});

/** The ServiceAccount of a controller: deleted, and kept by its finalizer. */
function createControllerServiceAccount() {
  const [controller, finalizers] = ['clb-direct-controller', kept];
  const path = paths.serviceAccount(namespace, controller);
  server.create(path, { metadata: { name: controller, finalizers } });
  server.store.delete(placeOf(path));
  return {
    isThere: () => server.store.has(placeOf(path)),
    looks: () => server.requests.filter((request) => request.method === 'GET' && request.path === path).length,
    free: () =>
      server.store.patch(placeOf(path), { metadata: { '$deleteFromPrimitiveList/finalizers': kept } } as never),
  };
}

test('The ServiceAccount of a controller that crashes again and again is released in the end.', async () => {
  const { isThere } = createControllerServiceAccount();
  const { ended } = await stopped(uninstall);
  await ended;
  expect(isThere()).toBe(false);
  expect(finalizers()).toEqual([]);
});

test('A controller that finishes its uninstall is waited for, and no longer.', async () => {
  const { isThere, free, looks } = createControllerServiceAccount();
  const { ended } = await stopped(uninstall, 60_000);
  await until(() => looks() === 2);
  expect([isThere(), finalizers()]).toEqual([true, kept]);
  free();
  await ended;
  expect(finalizers()).toEqual([]);
});
