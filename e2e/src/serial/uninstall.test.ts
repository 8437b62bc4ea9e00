import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { V1Namespace, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ingressAnnotation, ingressClassName } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, programName, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { preparePods, underSteadyPods } from '../support/admissions/steady-pods.ts';
import { installNamespace } from '../support/admissions/webhook-pods.ts';
import { readRegistration } from '../support/admissions/webhook-settings.ts';
import { addLoadBalancer, listenersOf } from '../support/clb.ts';
import { connect, find, get, kubeconfigPath } from '../support/cluster.ts';
import { deployment, service } from '../support/manifests.ts';
import { eventsOf, gateOf, hasGate, isReady, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { crash, install, localInstall } from '../support/uninstall/install.ts';
import { leftovers } from '../support/uninstall/leftovers.ts';
import { until } from '../support/until.ts';
import { temporaryFolder } from '@clb-direct/shared/testing/temporary-folder.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const namespace = 'e2e-uninstall';
const steady = `${namespace}-steady`;
const loadBalancerId = 'lb-uninst01';
const sharedId = 'lb-uninst02';

/** To the same pods: their gates wait for its rule too. Without an annotation a CLB is made for it. */
const ingress = (name: string, annotations: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace, annotations },
  spec: { ingressClassName, defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
});

/** A Service whose CLB cannot be read: the gates of its pods stay closed. */
const unserved = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'waits', namespace, annotations: { [annotation.existingLoadBalancer]: 'none' } },
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'clb-direct.io/clb',
    selector: { app: 'waits' },
    ports: [{ port: 80 }],
  },
};
let api: KubeApi;
let overlay: string;

beforeAll(async () => {
  api = await connect();
  overlay = temporaryFolder('clb-direct-uninstall');
  await writeFile(join(overlay, 'kustomization.yaml'), JSON.stringify(underFail()));
  await addLoadBalancer(loadBalancerId, '198.51.100.41');
  await preparePods(api, namespace);
  await preparePods(api, steady);
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await addLoadBalancer(sharedId, '198.51.100.42');
  await apply(ingress('shared', { [ingressAnnotation.existingLoadBalancer]: sharedId }));
  await apply(ingress('own'));
  await apply(unserved);
  await install(api, overlay);
  await apply(deployment(namespace, 1, { app: 'web' }));
});

afterAll(async () => {
  const found = await find<V1Namespace>(api, paths.namespace(installNamespace));
  // What a failed test leaves would keep later tests from installing.
  if (found?.metadata?.deletionTimestamp !== undefined) await script();
  await install(api, localInstall);
  await kubectl(['delete', 'namespace', namespace, steady, '--wait=false']);
  await api.close();
});

/** The local install, in which pods are refused while no webhook answers. */
function underFail() {
  return {
    resources: [relative(overlay, localInstall)],
    configMapGenerator: [
      {
        name: 'clb-direct-settings',
        namespace: installNamespace,
        behavior: 'merge',
        literals: ['FAILURE_POLICY=Fail'],
      },
    ],
  };
}

/** A pod that would wait forever, and owners with our finalizer, whose pods are served. */
async function letWait(): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'deployment', 'waits', '--ignore-not-found']);
  await apply(deployment(namespace, 1, { app: 'waits' }));
  const waiting = async () => podsOf(api, namespace, 'waits');
  await until('a closed gate', waiting, (pods) => pods.some((pod) => gateOf(pod)?.status === 'False'));
  const web = async () => get<V1Service>(api, paths.service(namespace, 'web'));
  await until('our finalizer', web, ({ metadata }) => metadata?.finalizers?.includes(serviceFinalizer) === true);
  const served = async () => podsOf(api, namespace, 'web');
  await until('the other pod to be served', served, (pods) => pods.length === 1 && pods.every(isReady));
}

const script = async (...args: readonly string[]) =>
  (await execute(join(root, 'scripts/uninstall'), ['--kubeconfig', kubeconfigPath(), ...args])).stdout;
const deleteAll = async () => kubectl(['delete', '-k', overlay, '--ignore-not-found', '--timeout=90s']);

test.each<[string, () => Promise<void>, () => Promise<unknown>]>([
  ['kubectl delete -k', async () => Promise.resolve(), deleteAll],
  [
    'kubectl delete of ClusterRoles, then ServiceAccounts, then the rest',
    async () => Promise.resolve(),
    async () => {
      await kubectl(['delete', 'clusterrole,clusterrolebinding', '-l', 'app.kubernetes.io/part-of=clb-direct']);
      await kubectl(['-n', installNamespace, 'delete', 'serviceaccount', '--all', '--wait=false']);
      await deleteAll();
    },
  ],
  [
    './scripts/uninstall with a controller that crashes repeatedly',
    async () => crash(programName.controller),
    async () => script(),
  ],
])('%s leaves nothing behind, releases what waits, cuts no traffic and refuses no pod.', async (_, prepare, remove) => {
  if ((await readRegistration(api))?.webhooks?.[0]?.failurePolicy !== 'Fail') await install(api, overlay);
  await letWait();
  await prepare();

  const attempts = await underSteadyPods({ namespace: steady, perSecond: 8, aroundMs: 500 }, async () => {
    await remove();
    await until(
      'nothing to be left',
      async () => leftovers(api, namespace),
      (left) => left.length === 0,
      60_000,
    );
  });
  await sleep(3_000);

  expect(await leftovers(api, namespace)).toEqual([]);
  expect(attempts.filter(({ outcome }) => outcome === 'refused').map(({ problem }) => problem)).toEqual([]);
  const [waited] = await podsOf(api, namespace, 'waits');
  expect(waited && [gateOf(waited)?.reason, isReady(waited)]).toEqual(['Uninstalled', true]);
  expect((await listenersOf(loadBalancerId)).map(({ targets }) => targets.length)).toEqual([1]);
});

test('A repeated uninstall lists the listeners that may remain and says that there is nothing to do.', async () => {
  const said = await script();
  expect(said).toMatch(new RegExp(`${namespace}/web +${loadBalancerId} +TCP/80[^]*nothing to do`));
  expect(said).toMatch(new RegExp(`${namespace}/shared +${sharedId} +any`));
  const warnings = (await eventsOf(api, namespace, 'web')).filter(({ reason }) => reason === 'Uninstalled');
  expect(warnings[0]?.message).toContain(`may be there on CLB ${loadBalancerId}`);
});

test('Installed again, it works as before, for Ingresses on a CLB of their own and on a shared one too.', async () => {
  await install(api, overlay);
  await apply(deployment(namespace, 1, { app: 'web', env: { GENERATION: 'next' } }));
  const pods = async () => podsOf(api, namespace, 'web');
  const isServed = (all: Awaited<ReturnType<typeof pods>>) =>
    all.length === 1 && all.every((pod) => hasGate(pod) && isReady(pod));
  await until('the new pod to be served', pods, isServed);
  const { metadata } = await get<V1Service>(api, paths.service(namespace, 'web'));
  expect(metadata?.annotations?.[annotation.loadBalancers]).toBe(loadBalancerId);
  for (const name of ['own', 'shared']) {
    const reasons = (await eventsOf(api, namespace, name)).map(({ reason }) => reason);
    expect(reasons).not.toContain('RuleConflict');
  }
});
