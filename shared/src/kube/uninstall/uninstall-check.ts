import { DeadlineError, withDeadline } from '../../runtime/deadline.ts';
import { createFailureNews } from '../../runtime/failure-news.ts';
import type { Log } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import { isNotFound, type KubeApi } from '../client/kube-api.ts';
import { deployment, namespace as namespacePath, serviceAccount } from '../client/paths.ts';

/** Tells a program that is stopped whether it will come back. */
export interface UninstallCheck {
  /** Why this program leaves for good; undefined when it is only replaced, or when nobody can tell. */
  why(signal: AbortSignal): Promise<string | undefined>;
}

export interface UninstallCheckOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  /** Its Deployment and its ServiceAccount have this name. */
  readonly program: string;
  readonly log: Log;
  /** Aborts when the program is told to stop. */
  readonly signal: AbortSignal;
  /** Between first looks that fail. Default 5 s. */
  readonly pauseMs?: number;
}

interface Living {
  readonly metadata?: { readonly deletionTimestamp?: string };
  readonly spec?: { readonly replicas?: number };
}

/**
 * A program leaves for good when its Deployment, Namespace or ServiceAccount is gone or going, or when it is scaled to nothing.
 * What was never seen cannot be gone: a process that runs without a Deployment is not leaving because there is none.
 */
export function createUninstallCheck(options: UninstallCheckOptions): UninstallCheck {
  const { api, namespace, program, log } = options;
  const news = createFailureNews();
  const homes = [
    { what: `Deployment ${program}`, path: deployment(namespace, program) },
    { what: `Namespace ${namespace}`, path: namespacePath(namespace) },
    { what: `ServiceAccount ${program}`, path: serviceAccount(namespace, program) },
  ].map((home) => ({ ...home, wasThere: seenOnce(home.path, options) }));

  async function look({ what, path, wasThere }: (typeof homes)[number], signal: AbortSignal) {
    if (!(await wasThere)) return undefined;
    try {
      const living = await find(api, path, signal);
      news.forget(what);
      return endOf(what, living);
    } catch (error) {
      if (isAskedNoMore(signal)) return undefined;
      const level = news.levelOf(what, error);
      log[level]({ err: error, what }, 'cannot tell whether this is an uninstall, so it is taken for a restart');
      return undefined;
    }
  }

  return {
    why: async (signal) => {
      const reasons = await Promise.all(homes.map((home) => look(home, signal)));
      return reasons.find((reason) => reason !== undefined);
    },
  };
}

/** The work that waited for the answer has ended; when only its time is over, there is something to tell. */
function isAskedNoMore({ aborted, reason }: AbortSignal): boolean {
  return aborted && (reason as { readonly name?: unknown } | undefined)?.name !== 'TimeoutError';
}

/** Whoever cannot tell within this time whether this is an uninstall goes on with the work. */
const doubtMs = 1_000;

/** Why the program leaves, if that can be told at once: to be asked where work waits for the answer. */
export async function whyUninstalledNow(leaving: UninstallCheck, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await withDeadline({ ms: doubtMs, signal }, (aborted) => leaving.why(aborted));
  } catch (error) {
    if (error instanceof DeadlineError) return undefined;
    throw error;
  }
}

/** Whether it was there at the start; asks until there is an answer, or the program stops. */
async function seenOnce(path: string, { api, log, signal, pauseMs = 5_000 }: UninstallCheckOptions): Promise<boolean> {
  while (!signal.aborted) {
    try {
      return (await find(api, path, signal)) !== undefined;
    } catch (error) {
      log.debug({ err: error }, 'cannot see what an uninstall would delete');
    }
    await sleep(pauseMs, signal).catch(() => undefined);
  }
  return false;
}

function endOf(what: string, living: Living | undefined): string | undefined {
  if (living === undefined) return `${what} is gone`;
  if (living.metadata?.deletionTimestamp !== undefined) return `${what} is being deleted`;
  return living.spec?.replicas === 0 ? `${what} is scaled to 0` : undefined;
}

async function find(api: KubeApi, path: string, signal: AbortSignal): Promise<Living | undefined> {
  try {
    return await api.call<Living>({ method: 'GET', path, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
