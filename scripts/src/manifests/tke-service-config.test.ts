import { expect, test } from '@jest/globals';
import { tkeServiceConfigs } from '@clb-direct/shared/kube/client/paths.ts';
import { readFolder, readObjects, type KubeObject } from './read-manifests.ts';

interface Definition extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly uid?: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

const file = 'tke-service-config/crd.yaml';

test('The definition is of the kind that the controller watches.', () => {
  const [{ metadata, spec }] = readObjects(file) as unknown as [Definition];
  const [version] = spec.versions;
  expect(`/apis/${spec.group}/${version?.name}/${spec.names.plural}`).toBe(tkeServiceConfigs());
  expect(metadata.name).toBe(`${spec.names.plural}.${spec.group}`);
});

test("A definition that exists, such as TKE's, is never changed into it: it has the UID of none.", () => {
  const [{ metadata }] = readObjects(file) as unknown as [Definition];
  expect(metadata.uid).toMatch(/^[0-]{36}$/);
});

test('The component lets the controller create and change the objects, and nothing else.', () => {
  const [role, binding] = readFolder('components/tke-service-config-auto');
  expect(role).toMatchObject({
    kind: 'ClusterRole',
    rules: [{ apiGroups: ['cloud.tencent.com'], resources: ['tkeserviceconfigs'], verbs: ['create', 'patch'] }],
  });
  expect(binding).toMatchObject({
    kind: 'ClusterRoleBinding',
    roleRef: { kind: 'ClusterRole', name: role?.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'clb-direct-controller', namespace: 'clb-direct' }],
  });
});

test('No install brings it along.', () => {
  const others = ['base', 'local', 'cert-manager', 'components', 'examples'].flatMap(readFolder);
  expect(others.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
});
