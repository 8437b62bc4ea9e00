import { heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { podStatus } from '@clb-direct/shared/kube/client/paths.ts';
import type { HeldDeletionWriter } from '../core/model/cluster-port.ts';
import { isReplaced } from '@clb-direct/shared/kube/client/is-replaced.ts';
import { transitionTime } from './transition-time.ts';

/** Answers on the very pod that was judged. `nowMs`: the time of the answer, by the API server's clock. */
export function createHeldDeletionWriter(api: KubeApi, nowMs: () => number): HeldDeletionWriter {
  return {
    answer: async (pod, { answer, reason, message }, signal) => {
      // The time is always written, and is never before the request's: it tells which request is answered.
      const time = transitionTime({ status: 'new' }, undefined, Math.max(nowMs(), pod.heldDeletion?.sinceMs ?? 0));
      const drained = { type: heldDeletion.drained, status: statusOf(answer), reason, message, ...time };
      const asked = { type: heldDeletion.requested, status: 'False', reason, message, ...time };
      const conditions = answer === 'over' ? [drained, asked] : [drained];
      const body = { metadata: { uid: pod.uid }, status: { conditions } };
      const path = podStatus(pod.namespace, pod.name);
      try {
        await api.call({ method: 'PATCH', path, body, contentType: patchType.strategicMerge, signal });
      } catch (error) {
        if (!isReplaced(error)) throw error;
      }
    },
  };
}

function statusOf(answer: 'drained' | 'not-yet' | 'over'): 'True' | 'False' {
  return answer === 'drained' ? 'True' : 'False';
}
