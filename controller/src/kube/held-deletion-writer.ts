import { drainReason, heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { conditionTime, patchPodConditions } from '@clb-direct/shared/kube/client/pod-conditions.ts';
import type { HeldDeletionWriter } from '../core/model/cluster-port.ts';

/** Answers on the very pod that was judged. `nowMs`: the time of the answer, by the API server's clock. */
export function createHeldDeletionWriter(api: KubeApi, nowMs: () => number): HeldDeletionWriter {
  return {
    answer: async (pod, { answer, reason, message }, signal) => {
      // The time is always written, and is never before the request's: it tells which request is answered.
      const lastTransitionTime = conditionTime(Math.max(nowMs(), pod.heldDeletion?.sinceMs ?? 0));
      const drained = { type: heldDeletion.drained, status: statusOf(answer), reason, message, lastTransitionTime };
      const asked = { ...drained, type: heldDeletion.requested, status: 'False' };
      // The webhook may ask anew in the moment in which its request is taken back.
      const judged = { ...pod, resourceVersion: pod.heldDeletion?.resourceVersion };
      if (answer === 'over') await patchPodConditions(api, judged, [drained, asked], signal);
      else await patchPodConditions(api, pod, [drained], signal);
    },
    ask: async (pod, isAsked, signal) => {
      const lastTransitionTime = conditionTime(nowMs());
      const words = isAsked ? asks : asksNot;
      await patchPodConditions(api, pod, [{ type: heldDeletion.asked, ...words, lastTransitionTime }], signal);
    },
  };
}

const asks = {
  status: 'True',
  reason: drainReason.serviceAsks,
  message: 'A Service asks that deletions of its pods wait until the CLB sends nothing new to them.',
};
const asksNot = { status: 'False', reason: drainReason.noServiceAsks, message: 'No Service asks for it any more.' };

function statusOf(answer: 'drained' | 'not-yet' | 'over'): 'True' | 'False' {
  return answer === 'drained' ? 'True' : 'False';
}
