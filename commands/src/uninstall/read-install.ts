import { programName, registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { uninstallRolePaths } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { find, list, type LiveObject } from './objects.ts';
import { partOfUs, readSettings, type Deployment, type InstallSettings, type KnownSettings } from './read-settings.ts';

/** An object that was installed, by what people call it and where it is. */
export interface Part {
  readonly what: string;
  readonly path: string;
}

/** What of an install is there; half of it may be gone. */
export interface Install {
  readonly namespace: string;
  readonly settings: InstallSettings;
  readonly deployments: readonly Part[];
  readonly registration: readonly Part[];
  /** Outside the namespace. */
  readonly rights: readonly Part[];
  /** Everything else goes with it. */
  readonly home: readonly Part[];
  /** Pods in the namespace that are not ours, and go with it too. */
  readonly strangers: readonly string[];
  /** Replicas of the controller that work. */
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
  const [deployments, registration, rights, home, pods] = await Promise.all([
    list<Deployment>(api, { path: paths.deployments(namespace), labelSelector: partOfUs }, signal),
    findPart(api, registrationPart, signal),
    readRights(api, namespace, signal),
    findPart(api, { what: `Namespace ${namespace}`, path: paths.namespace(namespace) }, signal),
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
    rights,
    home,
    strangers: pods.filter((pod) => !isOurs(pod)).map(({ metadata }) => metadata.name),
    workingControllers: controller?.status?.availableReplicas ?? 0,
  };
}

export function isOurs({ metadata }: LiveObject): boolean {
  const name = metadata.labels?.['app.kubernetes.io/name'];
  return Object.values(programName).some((program) => program === name);
}

/** An overlay may have put everything into another namespace. */
async function readNamespace(api: KubeApi, signal: AbortSignal): Promise<string> {
  const [found] = await list(api, { path: paths.namespaces(), labelSelector: partOfUs }, signal);
  return found?.metadata.name ?? defaultNamespace;
}

async function findPart(api: KubeApi, part: Part, signal: AbortSignal): Promise<readonly Part[]> {
  return (await find(api, part.path, signal)) === undefined ? [] : [part];
}

/** Those in the namespace go with it. */
async function readRights(api: KubeApi, own: string, signal: AbortSignal): Promise<readonly Part[]> {
  const kinds = [
    { kind: 'ClusterRoleBinding', path: paths.clusterRoleBindings(), pathOf: wide(paths.clusterRoleBinding) },
    { kind: 'ClusterRole', path: paths.clusterRoles(), pathOf: wide(paths.clusterRole) },
    { kind: 'RoleBinding', path: paths.roleBindings(), pathOf: paths.roleBinding },
    { kind: 'Role', path: paths.roles(), pathOf: paths.role },
  ];
  const found = await Promise.all(
    kinds.map(async ({ kind, path, pathOf }) => {
      const objects = await list(api, { path, labelSelector: partOfUs }, signal);
      return objects.map(({ metadata: { name, namespace = '' } }) => ({
        what: namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
        path: pathOf(namespace, name),
        namespace,
      }));
    }),
  );
  return [...found.flat().filter(({ namespace }) => namespace !== own), ...(await readUninstallRoles(api, signal))];
}

/** They do not carry the label. */
async function readUninstallRoles(api: KubeApi, signal: AbortSignal): Promise<readonly Part[]> {
  const parts = Object.values(programName).flatMap((program) => {
    const [binding, role] = uninstallRolePaths(program);
    return [
      { what: `ClusterRoleBinding ${nameIn(binding)}`, path: binding },
      { what: `ClusterRole ${nameIn(role)}`, path: role },
    ];
  });
  return (await Promise.all(parts.map(async (part) => findPart(api, part, signal)))).flat();
}

function nameIn(path: string): string {
  return path.split('/').at(-1) ?? '';
}

function wide(pathOf: (name: string) => string): (namespace: string, name: string) => string {
  return (_, name) => pathOf(name);
}
