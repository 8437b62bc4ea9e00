import { managedBy, programName } from '../../domain/names.ts';
import { sleep } from '../../runtime/sleep.ts';
import { patchType, type KubeApi } from '../client/kube-api.ts';
import * as paths from '../client/paths.ts';

/** A rule of an RBAC role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface UninstallRoleOptions {
  readonly api: KubeApi;
  /** The Deployment and the ServiceAccount have this name. */
  readonly program: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/**
 * Label selectors for the ClusterRoles and bindings of all programs. Not by the label of the manifests: `kubectl delete
 * -l` with that label means what the manifests contain.
 */
export const uninstallRoleLabels: readonly string[] = Object.values(programName).map((name) => `${managedBy}=${name}`);

/** Short, because the last of these requests are made while the program stops. */
const timeoutMs = 5_000;
const mostTries = 5;
const pauseMs = 300;

/** The ClusterRoleBinding and the ClusterRole with which a program cleans up when it is uninstalled. */
export function uninstallRolePaths(program: string): readonly [binding: string, role: string] {
  const name = uninstallRoleName(program);
  return [paths.clusterRoleBinding(name), paths.clusterRole(name)];
}

/** Creates or corrects both. The Namespace owns them, so they are deleted with it. */
export async function applyUninstallRole(o: UninstallRoleOptions, rules: readonly Rule[]): Promise<void> {
  const { program, namespace } = o;
  const [bindingPath, rolePath] = uninstallRolePaths(program);
  const common = await commonFields(o);
  await apply(o, rolePath, { kind: 'ClusterRole', ...common, rules: [...commonRules(program, namespace), ...rules] });
  const binding = {
    kind: 'ClusterRoleBinding',
    ...common,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: uninstallRoleName(program) },
    subjects: [{ kind: 'ServiceAccount', name: program, namespace }],
  };
  await untilAccepted(o, () => apply(o, bindingPath, binding));
}

export function uninstallRoleName(program: string): string {
  return `${program}-uninstall`;
}

/** What every uninstall needs: to tell it from a restart, and to remove what was kept for it. */
function commonRules(program: string, namespace: string): readonly Rule[] {
  const rbac = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles', 'clusterrolebindings'] };
  const serviceAccounts = Object.values(programName);
  return [
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: [program], verbs: ['get'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: [namespace], verbs: ['get'] },
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: serviceAccounts, verbs: ['get', 'patch'] },
    { ...rbac, resourceNames: [uninstallRoleName(program)], verbs: ['get', 'delete'] },
  ];
}

async function commonFields({ api, program, namespace: name, signal }: UninstallRoleOptions): Promise<object> {
  const path = paths.namespace(name);
  const { metadata } = await api.call<{ metadata: { uid: string } }>({ method: 'GET', path, signal, timeoutMs });
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: {
      name: uninstallRoleName(program),
      labels: { [managedBy]: program },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name, uid: metadata.uid }],
    },
  };
}

async function apply({ api, program, signal }: UninstallRoleOptions, path: string, body: object): Promise<void> {
  const query = { fieldManager: program, force: true };
  await api.call({ method: 'PATCH', path, query, contentType: patchType.apply, body, signal, timeoutMs });
}

/** The API server reads a role from its cache, which knows a new role a little later. */
async function untilAccepted({ signal }: UninstallRoleOptions, run: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await run();
      return;
    } catch (error) {
      if (tries >= mostTries) throw error;
    }
    await sleep(pauseMs, signal);
  }
}
