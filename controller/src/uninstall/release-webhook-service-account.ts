import { programName } from '@clb-direct/shared/domain/names.ts';
import { removeRightsFinalizer, isHeldByFinalizer } from '@clb-direct/shared/kube/uninstall/rights-finalizer.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';

interface RawPods {
  readonly items?:
    readonly { readonly status?: { readonly containerStatuses?: readonly { readonly state?: object }[] } }[] | null;
}

/**
 * Removes the finalizer from the ServiceAccount of a webhook that crashes, because it would block the deletion of the
 * Namespace. A webhook that runs removes it itself, after the controller. Never throws; failures are logged.
 */
export async function releaseWebhookServiceAccount(o: {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<void> {
  const serviceAccount = { ...o, program: programName.webhook };
  try {
    if (!(await isHeldByFinalizer(serviceAccount)) || (await isRunning(serviceAccount))) return;
    await removeRightsFinalizer(serviceAccount);
    o.log.warn(
      { program: programName.webhook },
      'removed the finalizer from the ServiceAccount of a program that does not run',
    );
  } catch (error) {
    o.log.info({ err: error }, 'cannot tell whether the webhook has removed its own finalizer');
  }
}

async function isRunning(o: { api: KubeApi; namespace: string; program: string; signal: AbortSignal }) {
  const query = { labelSelector: `app.kubernetes.io/name=${o.program}` };
  const list = await o.api.call<RawPods>({ method: 'GET', path: podsPath(o.namespace), query, signal: o.signal });
  const containers = (list.items ?? []).flatMap(({ status }) => status?.containerStatuses ?? []);
  return containers.some(({ state }) => state !== undefined && 'running' in state);
}
