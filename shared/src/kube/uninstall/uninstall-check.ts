import { DeadlineError, withDeadline } from '../../runtime/deadline.ts';
import { createFailureNews } from '../../runtime/failure-news.ts';
import type { Log } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import { isNotFound, type KubeApi } from '../client/kube-api.ts';
import { deployment, namespace as namespacePath, serviceAccount } from '../client/paths.ts';

/** Distinguishes an uninstall from a restart. */
export interface UninstallCheck {
  /** Why this is an uninstall; undefined when the program is only restarted, or when that cannot be known. */
  why(signal: AbortSignal): Promise<string | undefined>;
}

export interface UninstallCheckOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  /** The Deployment and the ServiceAccount have this name. */
  readonly program: string;
  readonly log: Log;
  /** Aborts when the program stops. */
  readonly signal: AbortSignal;
  /** Between first reads that fail. Default 5 s. */
  readonly pauseMs?: number;
}

interface RawObject {
  readonly metadata?: { readonly deletionTimestamp?: string };
  readonly spec?: { readonly replicas?: number };
}

/**
 * A program is uninstalled when its Deployment, Namespace or ServiceAccount is gone or being deleted, or when it is
 * scaled to 0. An object that never existed is not gone: a process that runs without a Deployment is not uninstalled
 * because there is none.
 */
export function createUninstallCheck(options: UninstallCheckOptions): UninstallCheck {
  const { api, namespace, program, log } = options;
  const news = createFailureNews();
  const objects = [
    { what: `Deployment ${program}`, path: deployment(namespace, program) },
    { what: `Namespace ${namespace}`, path: namespacePath(namespace) },
    { what: `ServiceAccount ${program}`, path: serviceAccount(namespace, program) },
  ].map((object) => ({ ...object, existed: existsAtStart(object.path, options) }));

  async function check({ what, path, existed }: (typeof objects)[number], signal: AbortSignal) {
    if (!(await existed)) return undefined;
    try {
      const object = await find(api, path, signal);
      news.forget(what);
      return whyDeleted(what, object);
    } catch (error) {
      if (isAnswerUnwanted(signal)) return undefined;
      const level = news.levelOf(what, error);
      log[level]({ err: error, what }, 'cannot distinguish an uninstall from a restart, so a restart is assumed');
      return undefined;
    }
  }

  return {
    why: async (signal) => {
      const reasons = await Promise.all(objects.map((object) => check(object, signal)));
      return reasons.find((reason) => reason !== undefined);
    },
  };
}

/** The work that waited for the answer has ended. A signal that timed out is a failure instead, and is logged. */
function isAnswerUnwanted({ aborted, reason }: AbortSignal): boolean {
  return aborted && (reason as { readonly name?: unknown } | undefined)?.name !== 'TimeoutError';
}

/** Work that waits for the answer goes on after this time. */
const answerLimitMs = 1_000;

/** Why this is an uninstall, if that is known within a second: for work that waits for the answer. */
export async function whyUninstalledNow(check: UninstallCheck, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await withDeadline({ ms: answerLimitMs, signal }, (aborted) => check.why(aborted));
  } catch (error) {
    if (error instanceof DeadlineError) return undefined;
    throw error;
  }
}

/** Asks until there is an answer, or the program stops. */
async function existsAtStart(path: string, o: UninstallCheckOptions): Promise<boolean> {
  const { api, log, signal, pauseMs = 5_000 } = o;
  while (!signal.aborted) {
    try {
      return (await find(api, path, signal)) !== undefined;
    } catch (error) {
      log.debug({ err: error }, 'cannot read what an uninstall would delete');
    }
    await sleep(pauseMs, signal).catch(() => undefined);
  }
  return false;
}

function whyDeleted(what: string, object: RawObject | undefined): string | undefined {
  if (object === undefined) return `${what} is gone`;
  if (object.metadata?.deletionTimestamp !== undefined) return `${what} is being deleted`;
  return object.spec?.replicas === 0 ? `${what} is scaled to 0` : undefined;
}

async function find(api: KubeApi, path: string, signal: AbortSignal): Promise<RawObject | undefined> {
  try {
    return await api.call<RawObject>({ method: 'GET', path, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
