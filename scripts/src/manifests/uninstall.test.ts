import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { partsOf } from '@clb-direct/commands/uninstall/cluster-state.ts';
import { readInstall } from '@clb-direct/commands/uninstall/read-install.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { readFolder, type KubeObject } from './read-manifests.ts';

const signal = new AbortController().signal;
let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await openFakeCluster();
});
afterEach(async () => cluster.close());

const pathsOf = new Map<string, (name: string, namespace: string) => string>([
  ['ClusterRole', paths.clusterRole],
  ['ClusterRoleBinding', paths.clusterRoleBinding],
  ['IngressClass', paths.ingressClass],
  ['Namespace', paths.namespace],
  ['Role', (name, namespace) => paths.role(namespace, name)],
  ['RoleBinding', (name, namespace) => paths.roleBinding(namespace, name)],
  ['ValidatingAdmissionPolicy', paths.admissionPolicy],
  ['ValidatingAdmissionPolicyBinding', paths.admissionPolicyBinding],
]);

function pathOf({ kind, metadata: { name, namespace = '' } }: KubeObject): string {
  const path = pathsOf.get(kind)?.(name, namespace);
  if (path === undefined)
    throw new Error(`${kind} ${name} is outside the namespace: the uninstall has to know its kind`);
  return path;
}

/** What is not deleted with the namespace; kustomization.yaml of the base labels what is in it. */
const labels = { 'app.kubernetes.io/part-of': 'clb-direct' };
const base = readFolder('base').map((object) => ({ ...object, metadata: { ...object.metadata, labels } }));
const components = readFolder('components');
const outside = [...base, ...components].filter(({ metadata }) => metadata.namespace !== 'clb-direct');

async function removed(installed: readonly KubeObject[]): Promise<readonly string[]> {
  for (const object of installed) cluster.server.create(pathOf(object), { ...object });
  const found = partsOf(await readInstall({ api: cluster.api, known: {} }, signal));
  return found.map(({ path }) => path);
}

test('The uninstall finds all that base and components install outside the namespace, each once.', async () => {
  expect((await removed(outside)).toSorted()).toEqual(outside.map(pathOf).toSorted());
});

test('It finds the roles of components also as earlier versions installed them, without a label.', async () => {
  const roles = components.filter(({ kind }) => kind.startsWith('ClusterRole'));
  const earlier = roles.filter(({ metadata }) => metadata.name !== 'clb-direct-tke-service-config-auto');
  const installed = earlier.map(({ metadata, ...rest }) => ({ ...rest, metadata: { name: metadata.name } }));
  expect(installed).toHaveLength(6);
  expect((await removed(installed)).toSorted()).toEqual(installed.map(pathOf).toSorted());
});

test('An API server that does not know admission policies stops nothing.', async () => {
  const matches = ({ path }: { readonly path: string }) => path.includes('/validatingadmissionpolic');
  cluster.server.fail({ times: 100, matches, answer: { status: 404 } });
  const known = outside.filter(({ kind }) => !kind.startsWith('ValidatingAdmission'));
  expect((await removed(known)).toSorted()).toEqual(known.map(pathOf).toSorted());
});
