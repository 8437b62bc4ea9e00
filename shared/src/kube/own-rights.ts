import { rightsFinalizer } from '../domain/names.ts';
import type { Log } from '../runtime/logger.ts';
import { isNotFound, KubeError, patchType, type KubeApi } from './kube-api.ts';
import { clusterRole, clusterRoleBinding, serviceAccount } from './paths.ts';

export interface OwnRightsOptions {
  readonly api: KubeApi;
  /** Its ClusterRole, ClusterRoleBinding and ServiceAccount have this name. */
  readonly program: string;
  readonly namespace: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** It stands between winning the Lease and the work, and at the very end. */
const timeoutMs = 5_000;

interface Owned {
  readonly kind?: string;
  readonly metadata?: { readonly deletionTimestamp?: string };
}

/** What a program may do ends with the first of these: who it is, what it may, and that it may. */
export function rightsOf(program: string, namespace: string): readonly string[] {
  return [serviceAccount(namespace, program), clusterRoleBinding(program), clusterRole(program)];
}

/**
 * Keeps the program's rights in being until it lays them down: whoever deletes everything at once deletes the rights within
 * milliseconds, long before the program is told to stop. Not in the manifests, so that an install that never ran deletes
 * cleanly. What cannot be kept is told and otherwise nobody's problem.
 */
export async function keepOwnRights({ api, program, namespace, log, signal }: OwnRightsOptions): Promise<void> {
  const keep = async (path: string) => {
    try {
      const { kind, metadata } = await changeFinalizer({ api, path, list: 'finalizers', signal });
      if (metadata?.deletionTimestamp !== undefined)
        log.warn({ kind, name: program }, 'is deleted, kept until we leave');
    } catch (error) {
      if (!signal.aborted && !isNotFound(error))
        log.warn({ err: error }, 'cannot protect its rights from an uninstall');
    }
  };
  await Promise.all(rightsOf(program, namespace).map(keep));
}

/**
 * Lets go of the program's rights, the last thing that it does. All at once: after the first of them is gone, nobody would
 * be allowed to let go of the next. The rehearsal opens the connections, so that the requests leave side by side.
 */
export async function layDownOwnRights({ api, program, namespace, log, signal }: OwnRightsOptions): Promise<void> {
  const letGo = async (path: string, isRehearsal: boolean) =>
    changeFinalizer({ api, path, list: '$deleteFromPrimitiveList/finalizers', signal, isRehearsal }).then(
      () => 'done',
      (error: unknown) => failureOf(error, path, log),
    );
  const letAllGo = async (isRehearsal: boolean) =>
    Promise.all(rightsOf(program, namespace).map((path) => letGo(path, isRehearsal)));
  await letAllGo(true);
  const ends = await letAllGo(false);
  // All of them gone is the work of another replica; some of them is a race that was lost.
  const isStuck = ends.includes('failed') || (ends.includes('done') && ends.includes('refused'));
  if (isStuck) log.error('could not let go of all its rights; ./scripts/uninstall takes the finalizers off');
  else log.info('let go of its rights');
}

function failureOf(error: unknown, path: string, log: Log): 'done' | 'refused' | 'failed' {
  if (isNotFound(error)) return 'done';
  if (hasLostRights(error)) return 'refused';
  log.warn({ err: error, path }, 'could not let go');
  return 'failed';
}

/** The rights are gone: another replica has laid them down, or somebody took them away. */
export function hasLostRights(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 401 || error.status === 403);
}

async function changeFinalizer(o: {
  readonly api: KubeApi;
  readonly path: string;
  readonly list: string;
  readonly signal: AbortSignal;
  readonly isRehearsal?: boolean;
}): Promise<Owned> {
  // The API server lets everybody who may patch a role edit its finalizers, whatever rights the role gives.
  const body = { metadata: { [o.list]: [rightsFinalizer] } };
  const query = o.isRehearsal === true ? { dryRun: 'All' } : {};
  const contentType = patchType.strategicMerge;
  return o.api.call<Owned>({ method: 'PATCH', path: o.path, query, body, contentType, signal: o.signal, timeoutMs });
}
