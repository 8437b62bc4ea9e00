import { ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { programName, registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { uninstallRoleLabels } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { find, list, type LiveObject } from './objects.ts';
import { partOfUs, readSettings, type Deployment, type InstallSettings, type KnownSettings } from './read-settings.ts';

/** An object that is installed: kind and name, and its path in the API. */
export interface Part {
  readonly what: string;
  readonly path: string;
  /** Everything in it is deleted with it. */
  readonly isNamespace?: boolean;
}

/** What is there of an install; any part may be missing. */
export interface Install {
  readonly namespace: string;
  readonly settings: InstallSettings;
  readonly deployments: readonly Part[];
  readonly registration: readonly Part[];
  /** Outside the namespace. */
  readonly roles: readonly Part[];
  /** Those of the manifests; a class that somebody made for our controller is theirs. */
  readonly ingressClasses: readonly Part[];
  /** The Namespace, if it is there; everything else is deleted with it. */
  readonly namespaceParts: readonly Part[];
  /** Pods in the namespace that are not ours, and are deleted with it too. */
  readonly otherPods: readonly string[];
  /** Available replicas of the controller. */
  readonly workingControllers: number;
}

const defaultNamespace = 'clb-direct';

const registrationPart: Part = {
  what: `MutatingWebhookConfiguration ${registrationName}`,
  path: paths.mutatingWebhookConfiguration(registrationName),
};

export async function readInstall(
  o: { readonly api: KubeApi; readonly known: KnownSettings },
  signal: AbortSignal,
): Promise<Install> {
  const { api } = o;
  const namespace = await readNamespace(api, signal);
  const [deployments, registration, roles, ingressClasses, namespaceParts, pods] = await Promise.all([
    list<Deployment>(api, { path: paths.deployments(namespace), labelSelector: partOfUs }, signal),
    findPart(api, registrationPart, signal),
    readRoles(api, namespace, signal),
    readIngressClasses(api, signal),
    findPart(api, namespacePart(namespace), signal),
    list(api, { path: paths.pods(namespace) }, signal),
  ]);
  const controller = deployments.find(({ metadata }) => metadata.name === programName.controller);
  return {
    namespace,
    settings: await readSettings(o, { namespace, controller }, signal),
    deployments: deployments.map(({ metadata: { name } }) => ({
      what: `Deployment ${name}`,
      path: paths.deployment(namespace, name),
    })),
    registration,
    roles,
    ingressClasses,
    namespaceParts,
    otherPods: pods.filter((pod) => !isOurs(pod)).map(({ metadata }) => metadata.name),
    workingControllers: controller?.status?.availableReplicas ?? 0,
  };
}

export function isOurs({ metadata }: LiveObject): boolean {
  const name = metadata.labels?.['app.kubernetes.io/name'];
  return Object.values(programName).some((program) => program === name);
}

/** An overlay may install everything in another namespace. */
async function readNamespace(api: KubeApi, signal: AbortSignal): Promise<string> {
  const [found] = await list(api, { path: paths.namespaces(), labelSelector: partOfUs }, signal);
  return found?.metadata.name ?? defaultNamespace;
}

function namespacePart(name: string): Part {
  return { what: `Namespace ${name}`, path: paths.namespace(name), isNamespace: true };
}

async function findPart(api: KubeApi, part: Part, signal: AbortSignal): Promise<readonly Part[]> {
  return (await find(api, part.path, signal)) === undefined ? [] : [part];
}

/** Those in the namespace are deleted with it. */
async function readRoles(api: KubeApi, own: string, signal: AbortSignal): Promise<readonly Part[]> {
  const clusterWide = [
    { kind: 'ClusterRoleBinding', path: paths.clusterRoleBindings(), pathOf: unnamespaced(paths.clusterRoleBinding) },
    { kind: 'ClusterRole', path: paths.clusterRoles(), pathOf: unnamespaced(paths.clusterRole) },
  ];
  const namespaced = [
    { kind: 'RoleBinding', path: paths.roleBindings(), pathOf: paths.roleBinding },
    { kind: 'Role', path: paths.roles(), pathOf: paths.role },
  ];
  const found = await Promise.all([
    ...[...clusterWide, ...namespaced].map((kind) => listParts(api, kind, partOfUs, signal)),
    // By label, because another version may have given them other names.
    ...uninstallRoleLabels.flatMap((label) => clusterWide.map((kind) => listParts(api, kind, label, signal))),
  ]);
  return found.flat().filter(({ namespace }) => namespace !== own);
}

interface IngressClass extends LiveObject {
  readonly spec?: { readonly controller?: string };
}

async function readIngressClasses(api: KubeApi, signal: AbortSignal): Promise<readonly Part[]> {
  const found = await list<IngressClass>(api, { path: paths.ingressClasses(), labelSelector: partOfUs }, signal);
  const ours = found.filter(({ spec }) => spec?.controller === ingressController);
  return ours.map(({ metadata: { name } }) => ({ what: `IngressClass ${name}`, path: paths.ingressClass(name) }));
}

interface Kind {
  readonly kind: string;
  readonly path: string;
  readonly pathOf: (namespace: string, name: string) => string;
}

async function listParts(
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
