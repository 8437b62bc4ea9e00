import type { V1ConfigMap, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { addLoadBalancer, callsSince, listenersOf, newestCall } from '../support/clb.ts';
import { connect, get } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-replaced';
const [first, second] = ['lb-replaced1', 'lb-replaced2'];
const manifest = (loadBalancerId: string) => service(namespace, { name: 'web', app: 'web', loadBalancerId });
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(first, '198.51.100.61');
  await addLoadBalancer(second, '198.51.100.62');
  await apply(namespaceOf(namespace));
  await apply(manifest(first));
  await apply(deployment(namespace, 2, { app: 'web' }));
  const pods = async () => living(await podsOf(api, namespace, 'web'));
  await until('two ready pods', pods, (all) => all.length === 2 && all.every(isReady));
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const replace = async (object: unknown) => kubectl(['replace', '-f', '-'], JSON.stringify(object));
const web = async () => get<V1Service>(api, paths.service(namespace, 'web'));
const weightsOn = async (id: string) =>
  (await listenersOf(id)).flatMap(({ targets }) => targets.map((one) => one.weight));
const recordOf = async (id: string) => get<V1ConfigMap>(api, paths.configMap('clb-direct', `clb-direct-${id}`));
const hasFinalizer = ({ metadata }: V1Service) => metadata?.finalizers?.includes(serviceFinalizer) === true;
const free = async (id: string) =>
  until(
    `no listener on ${id}`,
    async () => listenersOf(id),
    (all) => all.length === 0,
  );

test('The record of a Service is a ConfigMap in the namespace of the controller.', async () => {
  const { metadata } = await web();
  const held = async () => (await recordOf(first)).data?.[metadata?.uid ?? ''] ?? '';
  expect(await until('the record of the port', held, (text) => text.includes('TCP/80'))).toContain(
    `"namespace":"${namespace}","name":"web","places":["TCP/80"]`,
  );
});

test('kubectl replace with another CLB drains and leaves the old one when the new one carries.', async () => {
  const before = await newestCall();
  const { metadata, ...moved } = manifest(second);
  const annotations = {
    ...metadata.annotations,
    [annotation.moveKeepSeconds]: '0',
    [annotation.targetDrainSeconds]: '2',
  };
  await replace({ ...moved, metadata: { ...metadata, annotations } });
  await until('the finalizer again', web, hasFinalizer);
  await until(
    'both targets on the new CLB',
    async () => weightsOn(second),
    (all) => all.join() === '10,10',
  );
  await free(first);
  const actions = (await callsSince(before)).filter((call) => call.write && call.loadBalancerId === first);
  expect(actions.map(({ action }) => action)).toEqual(['BatchModifyTargetWeight', 'DeleteListener']);
});

test('kubectl replace with type ClusterIP deletes the listener, and the Service can be deleted.', async () => {
  const { spec } = manifest(second);
  await replace({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace },
    spec: { ...spec, type: 'ClusterIP' },
  });
  await free(second);
  await kubectl(['-n', namespace, 'delete', 'service', 'web', '--timeout=30s']);
});
