import type { KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import { whyAtOnce, type Leaving } from '@clb-direct/shared/kube/leaving.ts';
import { namespace as namespacePath } from '@clb-direct/shared/kube/paths.ts';
import { asObject, own } from '../admission/raw.ts';
import { readIfThere } from '../upkeep/read-if-there.ts';

/**
 * The UID of our Namespace; undefined when we are being uninstalled: our Namespace or Deployment is going, and what belongs
 * to it must not come back.
 */
export async function readHomeUid(
  o: { api: KubeApi; namespace: string; leaving: Leaving },
  signal: AbortSignal,
): Promise<string | undefined> {
  const [home, why] = await Promise.all([
    readIfThere(o.api, namespacePath(o.namespace), signal),
    whyAtOnce(o.leaving, signal),
  ]);
  const metadata = asObject(own(home, 'metadata'));
  const uid = own(metadata, 'uid');
  const isLiving = why === undefined && own(metadata, 'deletionTimestamp') === undefined;
  return isLiving && typeof uid === 'string' ? uid : undefined;
}
