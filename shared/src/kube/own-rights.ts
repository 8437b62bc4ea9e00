import { rightsFinalizer } from '../domain/names.ts';
import type { Log } from '../runtime/logger.ts';
import { sleep } from '../runtime/sleep.ts';
import { isNotFound, KubeError, patchType, type KubeApi } from './kube-api.ts';
import * as paths from './paths.ts';

/** A rule of an RBAC role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface OwnRightsOptions {
  readonly api: KubeApi;
  /** Its Deployment and its ServiceAccount have this name. */
  readonly program: string;
  readonly namespace: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** It stands between winning the Lease and the work, and at the very end. */
const timeoutMs = 5_000;
const mostTries = 5;
const pauseMs = 300;

/** The ClusterRole and the ClusterRoleBinding that a program makes for its farewell. */
export function farewellRoleName(program: string): string {
  return `${program}-farewell`;
}

/** What every farewell needs: to see that it is one, and to let go of what is kept for it. */
export function commonRules(program: string, namespace: string): readonly Rule[] {
  const rbac = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles', 'clusterrolebindings'] };
  return [
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: [program], verbs: ['get'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: [namespace], verbs: ['get'] },
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: [program], verbs: ['patch'] },
    { ...rbac, resourceNames: [farewellRoleName(program)], verbs: ['delete'] },
  ];
}

/**
 * Keeps what a program needs for its farewell. Whoever deletes everything at once deletes its account and its rights within
 * milliseconds, long before it is told to stop. So it makes a role and a binding of its own, with no more rights than it has;
 * they belong to the Namespace and go with it. The account gets a finalizer, and keeps the Namespace so.
 * What cannot be kept is told and otherwise nobody's problem.
 */
export async function keepOwnRights(o: OwnRightsOptions & { readonly rules: readonly Rule[] }): Promise<void> {
  try {
    const uid = await namespaceUid(o);
    await applyRole(o, uid);
    await untilAccepted(o, () => applyBinding(o, uid));
    await changeFinalizer(o, 'finalizers');
  } catch (error) {
    if (!o.signal.aborted && !isNotFound(error)) o.log.warn({ err: error }, 'cannot keep its rights for an uninstall');
  }
}

/** The last thing that a program does. Without its account it can do nothing more, and the rest goes with the Namespace. */
export async function layDownOwnRights(o: OwnRightsOptions): Promise<void> {
  try {
    await changeFinalizer(o, '$deleteFromPrimitiveList/finalizers');
  } catch (error) {
    if (hasLostRights(error)) {
      o.log.info('another replica has let go of its rights');
      return;
    }
    if (!isNotFound(error)) o.log.warn({ err: error }, 'could not let go of its account; ./scripts/uninstall does');
  }
  await Promise.allSettled(farewellPaths(o.program).map((path) => call(o, { method: 'DELETE', path })));
  o.log.info('let go of its rights');
}

/** The rights are gone: another replica has laid them down, or somebody took them away. */
export function hasLostRights(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 401 || error.status === 403);
}

export function farewellPaths(program: string): readonly string[] {
  const name = farewellRoleName(program);
  return [paths.clusterRoleBinding(name), paths.clusterRole(name)];
}

async function namespaceUid(o: OwnRightsOptions): Promise<string> {
  const path = paths.namespace(o.namespace);
  const { metadata } = await call<{ metadata: { uid: string } }>(o, { method: 'GET', path });
  return metadata.uid;
}

async function applyRole(o: OwnRightsOptions & { readonly rules: readonly Rule[] }, uid: string): Promise<void> {
  const rules = [...commonRules(o.program, o.namespace), ...o.rules];
  await apply(o, paths.clusterRole(farewellRoleName(o.program)), { kind: 'ClusterRole', ...ownedBy(o, uid), rules });
}

async function applyBinding(o: OwnRightsOptions, uid: string): Promise<void> {
  const { program, namespace } = o;
  const name = farewellRoleName(program);
  await apply(o, paths.clusterRoleBinding(name), {
    kind: 'ClusterRoleBinding',
    ...ownedBy(o, uid),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: program, namespace }],
  });
}

function ownedBy({ program, namespace: name }: OwnRightsOptions, uid: string) {
  return {
    metadata: {
      name: farewellRoleName(program),
      // Not the manifests' own label: whoever deletes by that label means what the manifests have made.
      labels: { 'app.kubernetes.io/managed-by': program },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name, uid }],
    },
  };
}

async function apply(o: OwnRightsOptions, path: string, object: object): Promise<void> {
  const body = { apiVersion: 'rbac.authorization.k8s.io/v1', ...object };
  const query = { fieldManager: o.program, force: true };
  await call(o, { method: 'PATCH', path, query, contentType: patchType.apply, body });
}

/** The API server looks the rights of a new role up in its cache, where the role comes a little later. */
async function untilAccepted(o: OwnRightsOptions, run: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await run();
      return;
    } catch (error) {
      if (tries >= mostTries) throw error;
    }
    await sleep(pauseMs, o.signal);
  }
}

async function changeFinalizer(o: OwnRightsOptions, list: string): Promise<void> {
  const body = { metadata: { [list]: [rightsFinalizer] } };
  const path = paths.serviceAccount(o.namespace, o.program);
  await call(o, { method: 'PATCH', path, contentType: patchType.strategicMerge, body });
}

async function call<T>(o: OwnRightsOptions, request: Omit<Parameters<KubeApi['call']>[0], 'signal'>): Promise<T> {
  return o.api.call<T>({ ...request, signal: o.signal, timeoutMs });
}
