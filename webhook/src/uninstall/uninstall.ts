import { programName, registrationName } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createUninstallCheck } from '@clb-direct/shared/kube/uninstall/uninstall-check.ts';
import type { Rule } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import { removeRightsFinalizer, isHeldByFinalizer } from '@clb-direct/shared/kube/uninstall/rights-finalizer.ts';
import { hasLostRights, giveUpRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import { mutatingWebhookConfiguration } from '@clb-direct/shared/kube/client/paths.ts';
import { aborted } from '@clb-direct/shared/runtime/aborted.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

export interface UninstallOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly log: Log;
  /** Aborts when the program is asked to stop. */
  readonly signal: AbortSignal;
  /** Time for another replica that still writes the registration to stop. Default 3 s. */
  readonly pauseMs?: number;
  /** Time for the controller's own uninstall. Default 22 s, which is longer than the controller gives itself. */
  readonly controllerLimitMs?: number;
}

/** The permissions that it needs for that, of those in the manifests. */
export const uninstallRules: readonly Rule[] = [
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations'],
    resourceNames: [registrationName],
    verbs: ['delete'],
  },
];

/** Less than STOP_DEADLINE_MS is by default. */
const limitMs = 30_000;

const path = mutatingWebhookConfiguration(registrationName);

/**
 * Waits for the stop signal, and deletes the registration if the webhook is being uninstalled. Runs beside the drain:
 * the last replica must answer until no API server calls it any more, or `Fail` would refuse every pod. Never throws.
 */
export async function uninstallWhenStopped(o: UninstallOptions): Promise<void> {
  const { api, namespace, log, signal, pauseMs = 3_000 } = o;
  const uninstall = createUninstallCheck({ api, namespace, program: programName.webhook, log, signal });
  await aborted(signal);
  const stoppedAtMs = performance.now();
  const limit = AbortSignal.timeout(limitMs);
  const why = await uninstall.why(limit);
  if (why === undefined) return;
  log.info({ why }, 'uninstalling');
  try {
    await removeRegistration(o, limit);
    do await sleep(pauseMs, limit);
    while (await removeRegistration(o, limit));
  } catch (error) {
    if (hasLostRights(error)) log.info('permissions are gone: another replica has finished the uninstall');
    else log.error({ err: error }, 'the registration is left behind; ./scripts/uninstall deletes it');
    return;
  }
  await releaseControllerServiceAccount(o, stoppedAtMs, limit);
  await giveUpRights({ api, program: programName.webhook, namespace, log, signal: limit });
}

/**
 * A controller that crashes again and again cannot finish its uninstall, and the finalizer of its ServiceAccount would
 * keep the Namespace forever. So the webhook waits for it, and removes the finalizer at the end. What fails here is
 * logged.
 */
async function releaseControllerServiceAccount(
  o: UninstallOptions,
  sinceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { controllerLimitMs = 22_000, log } = o;
  const serviceAccount = { ...o, program: programName.controller, signal };
  try {
    while (await isHeldByFinalizer(serviceAccount)) {
      if (performance.now() - sinceMs > controllerLimitMs) {
        await removeRightsFinalizer(serviceAccount);
        log.warn(
          { program: serviceAccount.program },
          'released the ServiceAccount of a program that did not finish its uninstall',
        );
      }
      await sleep(1_000, signal);
    }
  } catch (error) {
    log.info({ err: error }, 'cannot tell whether the controller has finished its uninstall');
  }
}

/** Whether it existed. */
export async function removeRegistration(
  { api, log }: Pick<UninstallOptions, 'api' | 'log'>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.call({ method: 'DELETE', path, signal });
    log.info({ registration: registrationName }, 'removed the registration');
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
