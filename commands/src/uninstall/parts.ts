import { ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { uninstallRoleLabels } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { find, list, type LiveObject } from './objects.ts';
import { partOfUs } from './read-settings.ts';

/** An object that is installed: kind and name, and its path in the API. */
export interface Part {
  readonly what: string;
  readonly path: string;
  /** Everything in it is deleted with it. */
  readonly isNamespace?: boolean;
}

export async function findPart(api: KubeApi, part: Part, signal: AbortSignal): Promise<readonly Part[]> {
  return (await find(api, part.path, signal)) === undefined ? [] : [part];
}

export interface Kind {
  readonly kind: string;
  readonly path: string;
  readonly pathOf: (namespace: string, name: string) => string;
}

const clusterWideRoles: readonly Kind[] = [
  { kind: 'ClusterRoleBinding', path: paths.clusterRoleBindings(), pathOf: unnamespaced(paths.clusterRoleBinding) },
  { kind: 'ClusterRole', path: paths.clusterRoles(), pathOf: unnamespaced(paths.clusterRole) },
];

const namespacedRoles: readonly Kind[] = [
  { kind: 'RoleBinding', path: paths.roleBindings(), pathOf: paths.roleBinding },
  { kind: 'Role', path: paths.roles(), pathOf: paths.role },
];

/** Of components, which had no label in earlier versions. */
const unlabelledRoles = [
  'clb-direct-controller-certificates',
  'clb-direct-webhook-drain',
  'clb-direct-webhook-pre-stop',
];

/** Those in the namespace are deleted with it. */
export async function readRoles(api: KubeApi, own: string, signal: AbortSignal): Promise<readonly Part[]> {
  const found = await Promise.all([
    ...[...clusterWideRoles, ...namespacedRoles].map((kind) => listParts(api, kind, partOfUs, signal)),
    // By label, because another version may have given them other names.
    ...uninstallRoleLabels.flatMap((label) => clusterWideRoles.map((kind) => listParts(api, kind, label, signal))),
  ]);
  const outside = found.flat().filter(({ namespace }) => namespace !== own);
  const unlabelled = clusterWideRoles.flatMap(({ kind, pathOf }) =>
    unlabelledRoles.map((name) => ({ what: `${kind} ${name}`, path: pathOf('', name) })),
  );
  const byName = await Promise.all(unlabelled.map((part) => findPart(api, part, signal)));
  return [...new Map([...outside, ...byName.flat()].map((part) => [part.path, part])).values()];
}

const admissionKinds: readonly Kind[] = [
  {
    kind: 'ValidatingAdmissionPolicyBinding',
    path: paths.admissionPolicyBindings(),
    pathOf: unnamespaced(paths.admissionPolicyBinding),
  },
  {
    kind: 'ValidatingAdmissionPolicy',
    path: paths.admissionPolicies(),
    pathOf: unnamespaced(paths.admissionPolicy),
  },
];

/** Of components/load-balancer-admission. */
export async function readAdmissionPolicies(api: KubeApi, signal: AbortSignal): Promise<readonly Part[]> {
  const found = await Promise.all(admissionKinds.map((kind) => listIfServed(api, kind, signal)));
  return found.flat();
}

/** An old API server does not know the kind. */
async function listIfServed(api: KubeApi, kind: Kind, signal: AbortSignal): Promise<readonly Part[]> {
  return listParts(api, kind, partOfUs, signal).catch((error: unknown) => {
    if (isNotFound(error)) return [];
    throw error;
  });
}

interface IngressClass extends LiveObject {
  readonly spec?: { readonly controller?: string };
}

export async function readIngressClasses(api: KubeApi, signal: AbortSignal): Promise<readonly Part[]> {
  const found = await list<IngressClass>(api, { path: paths.ingressClasses(), labelSelector: partOfUs }, signal);
  const ours = found.filter(({ spec }) => spec?.controller === ingressController);
  return ours.map(({ metadata: { name } }) => ({ what: `IngressClass ${name}`, path: paths.ingressClass(name) }));
}

export async function listParts(
  api: KubeApi,
  { kind, path, pathOf }: Kind,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly (Part & { readonly namespace: string })[]> {
  const objects = await list(api, { path, labelSelector }, signal);
  return objects.map(({ metadata: { name, namespace = '' } }) => ({
    what: namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
    path: pathOf(namespace, name),
    namespace,
  }));
}

function unnamespaced(pathOf: (name: string) => string): Kind['pathOf'] {
  return (_, name) => pathOf(name);
}
