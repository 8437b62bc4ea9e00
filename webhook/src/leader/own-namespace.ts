import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { whyUninstalledNow, type UninstallCheck } from '@clb-direct/shared/kube/uninstall/uninstall-check.ts';
import { namespace as namespacePath } from '@clb-direct/shared/kube/client/paths.ts';

interface Namespace {
  readonly metadata: { readonly uid: string };
}

/**
 * Gives the UID of our Namespace, which never changes; undefined while we are being uninstalled, when nothing that
 * belongs to the Namespace may come back. Callers that ask at the same time share one answer: both loops ask after each
 * trigger.
 */
export function readOwnNamespace(o: {
  api: KubeApi;
  namespace: string;
  uninstall: UninstallCheck;
}): (signal: AbortSignal) => Promise<string | undefined> {
  let uid: string | undefined;
  let pending: Promise<string | undefined> | undefined;

  async function read(signal: AbortSignal): Promise<string | undefined> {
    if ((await whyUninstalledNow(o.uninstall, signal)) !== undefined) return undefined;
    uid ??= (await o.api.call<Namespace>({ method: 'GET', path: namespacePath(o.namespace), signal })).metadata.uid;
    return uid;
  }

  return (signal) => (pending ??= read(signal).finally(() => (pending = undefined)));
}
