import type { KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import { namespace as namespacePath } from '@clb-direct/shared/kube/paths.ts';
import { asObject, own } from '../admission/raw.ts';
import { readIfThere } from '../upkeep/read-if-there.ts';

/** The UID of our Namespace; undefined when it is going: what belongs to it must not come back. */
export async function readHomeUid(api: KubeApi, namespace: string, signal: AbortSignal): Promise<string | undefined> {
  const metadata = asObject(own(await readIfThere(api, namespacePath(namespace), signal), 'metadata'));
  const uid = own(metadata, 'uid');
  return own(metadata, 'deletionTimestamp') === undefined && typeof uid === 'string' ? uid : undefined;
}
