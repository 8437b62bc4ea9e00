import { createFailureNews, type FailureNews } from '../../runtime/failure-news.ts';
import type { Log } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import { applyUninstallRole, uninstallRolePaths, type UninstallRoleOptions, type Rule } from './uninstall-role.ts';
import { removeRightsFinalizer, addRightsFinalizer, readServiceAccount } from './rights-finalizer.ts';
import { isNotFound, KubeError } from '../client/kube-api.ts';

export interface RetainedRightsOptions extends UninstallRoleOptions {
  readonly log: Log;
}

export interface KeepOptions extends RetainedRightsOptions {
  /** What the farewell does, of what the manifests let the program do. */
  readonly rules: readonly Rule[];
  /** The account has been deleted. The API server accepts it for one more minute, and nobody can take that back. */
  readonly onServiceAccountDeleted: () => void;
  /** Between two looks. Default 10 s. */
  readonly pauseMs?: number;
}

const timeoutMs = 5_000;

/**
 * Keeps what a program needs for its farewell, until the signal aborts. Whoever deletes everything at once deletes its account
 * and its rights within milliseconds, long before it is told to stop. So it makes a role and a binding of its own, with no
 * more rights than it has, and its account gets a finalizer. That one stays on only while the program has the rights to take
 * it off again: it would keep the Namespace for ever. What cannot be kept is told and otherwise nobody's problem.
 */
export async function retainRights(o: KeepOptions): Promise<void> {
  const { signal, pauseMs = 10_000 } = o;
  const news = createFailureNews();
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    await lookOnce({ ...o, news }, isFirst);
    await sleep(pauseMs, signal).catch(() => undefined);
  }
}

/** The last thing that a program does. Without its account it can do nothing more, and the rest goes with the Namespace. */
export async function giveUpRights(o: RetainedRightsOptions): Promise<void> {
  try {
    await removeRightsFinalizer(o);
  } catch (error) {
    if (hasLostRights(error)) {
      o.log.info('another replica has let go of its rights');
      return;
    }
    if (!isNotFound(error)) o.log.warn({ err: error }, 'could not let go of its account; ./scripts/uninstall does');
  }
  const { api, signal } = o;
  await Promise.allSettled(
    uninstallRolePaths(o.program).map((path) => api.call({ method: 'DELETE', path, signal, timeoutMs })),
  );
  o.log.info('let go of its rights');
}

/** The rights are gone: another replica has laid them down, or somebody took them away. */
export function hasLostRights(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 401 || error.status === 403);
}

async function lookOnce(o: KeepOptions & { news: FailureNews }, isFirst: boolean): Promise<void> {
  try {
    const account = await readServiceAccount(o);
    if (account === undefined) return;
    if (account.isGoing) {
      o.onServiceAccountDeleted();
      return;
    }
    // The first time in any case: another version may have left other rules.
    if (isFirst || !(await hasUninstallRole(o))) await applyUninstallRole(o, o.rules);
    if (!account.isKept) await addRightsFinalizer(o);
    o.news.forget('');
  } catch (error) {
    if (!o.signal.aborted) await giveUpKeeping(o, error);
  }
}

async function hasUninstallRole({ api, program, signal }: KeepOptions): Promise<boolean> {
  try {
    await Promise.all(uninstallRolePaths(program).map((path) => api.call({ method: 'GET', path, signal, timeoutMs })));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** The Role in the Namespace may outlive the rights in the whole cluster. */
async function giveUpKeeping(o: KeepOptions & { news: FailureNews }, error: unknown): Promise<void> {
  const level = o.news.levelOf('', error);
  o.log[level]({ err: error }, 'cannot keep its rights for an uninstall');
  if (hasLostRights(error)) await removeRightsFinalizer(o).catch(() => undefined);
}
