import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { whyUninstalledNow, type UninstallCheck } from '@clb-direct/shared/kube/uninstall/uninstall-check.ts';
import { namespace as namespacePath } from '@clb-direct/shared/kube/client/paths.ts';

interface Home {
  readonly metadata: { readonly uid: string };
}

/**
 * Tells the UID of our Namespace, which never changes; undefined when we are being uninstalled, and what belongs to it must
 * not come back. Whoever asks while it is being looked gets the same answer: both loops ask at every bell.
 */
export function followHome(o: {
  api: KubeApi;
  namespace: string;
  leaving: UninstallCheck;
}): (signal: AbortSignal) => Promise<string | undefined> {
  let uid: string | undefined;
  let asked: Promise<string | undefined> | undefined;

  async function look(signal: AbortSignal): Promise<string | undefined> {
    if ((await whyUninstalledNow(o.leaving, signal)) !== undefined) return undefined;
    uid ??= (await o.api.call<Home>({ method: 'GET', path: namespacePath(o.namespace), signal })).metadata.uid;
    return uid;
  }

  return (signal) => (asked ??= look(signal).finally(() => (asked = undefined)));
}
