import { drainReason, heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { conditionTime, patchPodConditions } from '@clb-direct/shared/kube/client/pod-conditions.ts';
import type { DeletionRequest } from './judge-deletion.ts';
import { pauseIfPassing } from './pause-if-passing.ts';
import { uidOf } from './pod-to-hold.ts';

export interface Marking {
  readonly api: KubeApi;
  /** When the deletion came, by the API server's clock. The limit counts from it, however long the write takes. */
  readonly sinceMs: number;
  readonly signal: AbortSignal;
}

/** Asks the controller to drain the pod. undefined: the pod is gone, or is another one. */
export async function markPod(pod: RawObject, request: DeletionRequest, o: Marking): Promise<RawObject | undefined> {
  try {
    return await mark(pod, request, o);
  } catch (error) {
    await pauseIfPassing(error, o.signal);
    return markPod(pod, request, o);
  }
}

async function mark(pod: RawObject, request: DeletionRequest, { api, sinceMs, signal }: Marking) {
  const condition = {
    type: heldDeletion.requested,
    status: 'True',
    reason: drainReason.held,
    message: 'Its deletion waits until the CLB sends nothing new to it.',
    lastTransitionTime: conditionTime(sinceMs),
  };
  const { namespace, name } = request;
  return patchPodConditions(api, { namespace, name, uid: String(uidOf(pod)) }, [condition], signal);
}
