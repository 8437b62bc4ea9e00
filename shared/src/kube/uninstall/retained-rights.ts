import { createFailureNews, type FailureNews } from '../../runtime/failure-news.ts';
import type { Log } from '../../runtime/logger.ts';
import { isNotFound, KubeError } from '../client/kube-api.ts';
import { addRightsFinalizer, readServiceAccount, removeRightsFinalizer } from './rights-finalizer.ts';
import { applyUninstallRole, uninstallRolePaths, type Rule, type UninstallRoleOptions } from './uninstall-role.ts';
import { watchRights } from './watch-rights.ts';

export interface GiveUpOptions extends UninstallRoleOptions {
  readonly log: Log;
}

export interface RetainOptions extends GiveUpOptions {
  /** What the uninstall needs: a part of what the manifests allow the program. */
  readonly rules: readonly Rule[];
  /** The ServiceAccount has been deleted. The API server accepts its token for one more minute; a deletion is final. */
  readonly onServiceAccountDeleted: () => void;
  /** Between two checks while the watches do not work. Default 10 s. */
  readonly pauseMs?: number;
  /** Between two checks while they do. Default 5 min. */
  readonly restMs?: number;
}

type RetainContext = RetainOptions & { readonly news: FailureNews };

const timeoutMs = 5_000;

/**
 * Keeps the permissions that a program needs to clean up when it is uninstalled, until the signal aborts. `kubectl
 * delete -k` deletes the ServiceAccount and the roles long before the program is stopped. So the program makes a
 * ClusterRole and a binding of its own, with no more permissions than it has, and puts a finalizer on its
 * ServiceAccount. The finalizer stays only while the program has the permissions to remove it, because it blocks the
 * deletion of the Namespace. Failures are logged and nothing else.
 */
export async function retainRights(o: RetainOptions): Promise<void> {
  const { signal, pauseMs = 10_000, restMs = 300_000 } = o;
  const context = { ...o, news: createFailureNews() };
  const watch = watchRights(o);
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    await retainOnce(context, isFirst);
    await watch.next(pauseMs, restMs);
  }
  await watch.stopped;
}

/**
 * The last step of an uninstall: removes the finalizer, then the ClusterRole and its binding. Without its
 * ServiceAccount the program can no longer remove these two, and they are deleted with the Namespace. Never throws.
 */
export async function giveUpRights(o: GiveUpOptions): Promise<void> {
  try {
    await removeRightsFinalizer(o);
  } catch (error) {
    if (hasLostRights(error)) {
      o.log.info('another replica has given up the permissions already');
      return;
    }
    if (!isNotFound(error)) {
      o.log.warn({ err: error }, 'cannot remove the finalizer of the ServiceAccount; ./scripts/uninstall removes it');
    }
  }
  const { api, signal } = o;
  await Promise.allSettled(
    uninstallRolePaths(o.program).map((path) => api.call({ method: 'DELETE', path, signal, timeoutMs })),
  );
  o.log.info('gave up the permissions that were kept for the uninstall');
}

/** Another replica has given the permissions up, or they were taken away. */
export function hasLostRights(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 401 || error.status === 403);
}

async function retainOnce(o: RetainContext, isFirst: boolean): Promise<void> {
  try {
    const serviceAccount = await readServiceAccount(o);
    if (serviceAccount === undefined) return;
    if (serviceAccount.isDeleted) {
      o.onServiceAccountDeleted();
      return;
    }
    // The first time in any case: another version may have written other rules.
    if (isFirst || !(await hasUninstallRole(o))) await applyUninstallRole(o, o.rules);
    if (!serviceAccount.hasFinalizer) await addRightsFinalizer(o);
    o.news.forget('');
  } catch (error) {
    if (!o.signal.aborted) await onFailure(o, error);
  }
}

async function hasUninstallRole({ api, program, signal }: RetainOptions): Promise<boolean> {
  try {
    await Promise.all(uninstallRolePaths(program).map((path) => api.call({ method: 'GET', path, signal, timeoutMs })));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Without the ClusterRole the finalizer must go while the Role in the Namespace still allows it. */
async function onFailure(o: RetainContext, error: unknown): Promise<void> {
  const level = o.news.levelOf('', error);
  o.log[level]({ err: error }, 'cannot keep its permissions for an uninstall');
  if (hasLostRights(error)) await removeRightsFinalizer(o).catch(() => undefined);
}
