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
 * A webhook that crashes again and again cannot say farewell, and its account would keep the Namespace for ever. One that runs
 * does it itself, after us. What fails here is told.
 */
export async function releaseWebhookServiceAccount(o: {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<void> {
  const account = { ...o, program: programName.webhook };
  try {
    if (!(await isHeldByFinalizer(account)) || (await isRunning(account))) return;
    await removeRightsFinalizer(account);
    o.log.warn({ program: account.program }, 'let go of the account of a program that does not run');
  } catch (error) {
    o.log.info({ err: error }, 'cannot tell whether the webhook has said farewell');
  }
}

async function isRunning(o: { api: KubeApi; namespace: string; program: string; signal: AbortSignal }) {
  const query = { labelSelector: `app.kubernetes.io/name=${o.program}` };
  const list = await o.api.call<RawPods>({ method: 'GET', path: podsPath(o.namespace), query, signal: o.signal });
  const containers = (list.items ?? []).flatMap(({ status }) => status?.containerStatuses ?? []);
  return containers.some(({ state }) => state !== undefined && 'running' in state);
}
