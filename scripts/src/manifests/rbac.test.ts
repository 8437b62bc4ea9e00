import { describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { registrationName, tkeCniSettings, tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import { placeOf } from '@clb-direct/webhook/findings/missing-permissions.ts';
import { readFolder, type KubeObject } from './read-manifests.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}
interface Role extends KubeObject {
  readonly rules: readonly Rule[];
}
interface Binding extends KubeObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
}

const base = readFolder('base');
const roles = base.filter((object): object is Role => /^(Cluster)?Role$/.test(object.kind));
const bindings = base.filter((object): object is Binding => object.kind.endsWith('RoleBinding'));

/** Each permission in one line, such as "clb-direct: get secrets one". */
function permissions(program: string): string[] {
  return roles
    .filter((role) => role.metadata.name === program)
    .flatMap((role) => role.rules.flatMap((rule) => ruleLines(role.metadata.namespace ?? 'everywhere', rule)))
    .sort();
}

function ruleLines(where: string, rule: Rule): string[] {
  const names = rule.resourceNames ?? ['any'];
  return rule.resources.flatMap((resource) =>
    names.map((name) => `${where}: ${rule.verbs.join(',')} ${resource} ${name}`),
  );
}

test('The controller may do this and nothing else.', () => {
  const { namespace, name } = tkeServiceController;

  expect(permissions('clb-direct-controller')).toEqual(
    [
      'everywhere: list,watch pods any',
      'everywhere: patch pods/status any',
      'everywhere: list,watch,patch services any',
      'everywhere: patch services/status any',
      'everywhere: list,watch,patch ingresses any',
      'everywhere: patch ingresses/status any',
      'everywhere: list,watch ingressclasses any',
      'everywhere: list,watch tkeserviceconfigs any',
      'everywhere: list,watch endpointslices any',
      'everywhere: list,watch nodes any',
      'everywhere: create,patch events any',
      'everywhere: get deployments clb-direct-controller',
      'everywhere: get namespaces clb-direct',
      'everywhere: get,list,watch,create,patch,delete clusterroles clb-direct-controller-uninstall',
      'everywhere: get,list,watch,create,patch,delete clusterrolebindings clb-direct-controller-uninstall',
      'everywhere: get,patch serviceaccounts clb-direct-controller',
      'everywhere: get,patch serviceaccounts clb-direct-webhook',
      'clb-direct: get,patch serviceaccounts clb-direct-controller',
      'everywhere: list,watch serviceaccounts clb-direct-controller',
      'clb-direct: list,watch,create,patch,delete configmaps any',
      'clb-direct: create leases any',
      'clb-direct: get,list,watch,update leases clb-direct-controller',
      `${namespace}: list,watch configmaps ${name}`,
      `${namespace}: list,watch configmaps ${tkeCniSettings.name}`,
    ].sort(),
  );
});

test('The webhook may do this and nothing else.', () => {
  const { namespace, name } = tkeCniSettings;

  expect(permissions('clb-direct-webhook')).toEqual(
    [
      `everywhere: get,list,watch,create,patch,delete mutatingwebhookconfigurations ${registrationName}`,
      'everywhere: get,list,watch namespaces clb-direct',
      'everywhere: get deployments clb-direct-webhook',
      'everywhere: get,list,watch,create,patch,delete clusterroles clb-direct-webhook-uninstall',
      'everywhere: get,list,watch,create,patch,delete clusterrolebindings clb-direct-webhook-uninstall',
      'everywhere: get,patch serviceaccounts clb-direct-controller',
      'everywhere: get,patch serviceaccounts clb-direct-webhook',
      'clb-direct: get,patch serviceaccounts clb-direct-webhook',
      'everywhere: list,watch serviceaccounts clb-direct-webhook',
      'everywhere: create,patch events any',
      'clb-direct: get,list,watch,create,patch,delete secrets clb-direct-webhook-certs',
      'clb-direct: get,list,watch,create,patch,delete services clb-direct-webhook',
      'clb-direct: list pods any',
      'clb-direct: list,create,patch events any',
      'clb-direct: create leases any',
      'clb-direct: get,list,watch,update leases clb-direct-webhook',
      'clb-direct: get leases clb-direct-controller',
      `${namespace}: get,list,watch configmaps ${name}`,
      `${namespace}: get,list,watch configmaps ${tkeServiceController.name}`,
    ].sort(),
  );
});

test('The webhook knows in which of its roles each permission stands.', () => {
  const inBoth = ['events', 'serviceaccounts'];
  const rules = roles
    .filter(({ metadata }) => metadata.name === 'clb-direct-webhook')
    .flatMap(({ kind, metadata, rules }) => rules.map((rule) => ({ kind, metadata, rule })));

  for (const { kind, metadata, rule } of rules) {
    const place = [kind, [metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/')].join(' ');
    const [group = ''] = rule.apiGroups;
    for (const resource of rule.resources.filter((name) => !inBoth.includes(name))) {
      expect([resource, placeOf(group === '' ? resource : `${resource}.${group}`, 'clb-direct')]).toEqual([
        resource,
        place,
      ]);
    }
  }
});

test('Who rotates the certificates may do this and nothing else.', () => {
  expect(permissions('clb-direct-rotate-certs')).toEqual([
    'clb-direct: get leases clb-direct-webhook',
    'clb-direct: get,patch secrets clb-direct-webhook-certs',
    'clb-direct: list events any',
    'clb-direct: list pods any',
    `everywhere: get mutatingwebhookconfigurations ${registrationName}`,
  ]);
});

describe.each(bindings.map((binding) => [`${binding.kind} ${binding.metadata.name}`, binding] as const))(
  '%s',
  (_, binding) => {
    test('It binds the role in the same file to the ServiceAccount of the same name.', () => {
      const { kind, metadata, roleRef, subjects } = binding;

      expect(roleRef).toMatchObject({ kind: kind.replace('Binding', ''), name: metadata.name });
      expect(roles.map((role) => [role.kind, role.metadata])).toContainEqual([roleRef.kind, metadata]);
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: metadata.name, namespace: 'clb-direct' }]);
    });
  },
);

test('Every role is bound, except the one that waits for people.', () => {
  const isBound = ({ kind, metadata }: Role) =>
    bindings.some((binding) => binding.roleRef.kind === kind && isDeepStrictEqual(binding.metadata, metadata));

  expect(roles.filter((role) => !isBound(role)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Role clb-direct-rotate-certs',
    'ClusterRole clb-direct-rotate-certs',
  ]);
});
