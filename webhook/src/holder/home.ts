import type { KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import type { Leaving } from '@clb-direct/shared/kube/leaving.ts';
import { namespace as namespacePath } from '@clb-direct/shared/kube/paths.ts';
import { DeadlineError, withDeadline } from '@clb-direct/shared/runtime/deadline.ts';
import { asObject, own } from '../admission/raw.ts';
import { readIfThere } from '../upkeep/read-if-there.ts';

/** Whoever cannot tell within this time whether we are being uninstalled does not keep us from healing. */
const doubtMs = 1_000;

/**
 * The UID of our Namespace; undefined when we are being uninstalled: our Namespace or Deployment is going, and what belongs
 * to it must not come back.
 */
export async function readHomeUid(
  o: { api: KubeApi; namespace: string; leaving: Leaving },
  signal: AbortSignal,
): Promise<string | undefined> {
  const [home, isLeaving] = await Promise.all([
    readIfThere(o.api, namespacePath(o.namespace), signal),
    isCertainlyLeaving(o.leaving, signal),
  ]);
  const metadata = asObject(own(home, 'metadata'));
  const uid = own(metadata, 'uid');
  const isLiving = !isLeaving && own(metadata, 'deletionTimestamp') === undefined;
  return isLiving && typeof uid === 'string' ? uid : undefined;
}

async function isCertainlyLeaving(leaving: Leaving, signal: AbortSignal): Promise<boolean> {
  try {
    const why = await withDeadline({ ms: doubtMs, signal }, (aborted) => leaving.why(aborted));
    return why !== undefined;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}
