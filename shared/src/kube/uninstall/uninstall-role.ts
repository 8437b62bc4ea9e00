import { programName } from '../../domain/names.ts';
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
  /** Its Deployment and its ServiceAccount have this name. */
  readonly program: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** The work waits for nothing of this, but it stands at the very end too. */
const timeoutMs = 5_000;
const mostTries = 5;
const pauseMs = 300;

/** Where a program makes the ClusterRoleBinding and the ClusterRole for its farewell. */
export function uninstallRolePaths(program: string): readonly [binding: string, role: string] {
  const name = uninstallRoleName(program);
  return [paths.clusterRoleBinding(name), paths.clusterRole(name)];
}

/** Makes both, or puts them right. They belong to the Namespace and go with it. */
export async function applyUninstallRole(o: UninstallRoleOptions, rules: readonly Rule[]): Promise<void> {
  const { program, namespace } = o;
  const [bindingPath, rolePath] = uninstallRolePaths(program);
  const head = await headOf(o);
  await apply(o, rolePath, { kind: 'ClusterRole', ...head, rules: [...commonRules(program, namespace), ...rules] });
  const binding = {
    kind: 'ClusterRoleBinding',
    ...head,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: uninstallRoleName(program) },
    subjects: [{ kind: 'ServiceAccount', name: program, namespace }],
  };
  await untilAccepted(o, () => apply(o, bindingPath, binding));
}

function uninstallRoleName(program: string): string {
  return `${program}-uninstall`;
}

/** What every farewell needs: to see that it is one, and to let go of what is kept for it. */
function commonRules(program: string, namespace: string): readonly Rule[] {
  const rbac = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles', 'clusterrolebindings'] };
  const accounts = Object.values(programName);
  return [
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: [program], verbs: ['get'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: [namespace], verbs: ['get'] },
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: accounts, verbs: ['get', 'patch'] },
    { ...rbac, resourceNames: [uninstallRoleName(program)], verbs: ['get', 'delete'] },
  ];
}

async function headOf({ api, program, namespace: name, signal }: UninstallRoleOptions): Promise<object> {
  const path = paths.namespace(name);
  const home = await api.call<{ metadata: { uid: string } }>({ method: 'GET', path, signal, timeoutMs });
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: {
      name: uninstallRoleName(program),
      // Not the manifests' own label: whoever deletes by that label means what the manifests have made.
      labels: { 'app.kubernetes.io/managed-by': program },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name, uid: home.metadata.uid }],
    },
  };
}

async function apply({ api, program, signal }: UninstallRoleOptions, path: string, body: object): Promise<void> {
  const query = { fieldManager: program, force: true };
  await api.call({ method: 'PATCH', path, query, contentType: patchType.apply, body, signal, timeoutMs });
}

/** The API server looks the rights of a new role up in its cache, where the role comes a little later. */
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
