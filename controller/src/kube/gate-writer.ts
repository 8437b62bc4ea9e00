import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { podStatus } from '@clb-direct/shared/kube/client/paths.ts';
import type { GateWriter } from '../core/model/cluster-port.ts';
import { isReplaced } from '@clb-direct/shared/kube/client/is-replaced.ts';
import { transitionTime } from './transition-time.ts';

/**
 * Opens and closes gates: one condition, merged by its type, and only on the very pod that was judged.
 * `nowMs`: the time of a change.
 */
export function createGateWriter(api: KubeApi, gateType: string, nowMs: () => number = Date.now): GateWriter {
  return {
    write: async (pod, condition, signal) => {
      const before = typeof pod.gate === 'object' ? pod.gate : undefined;
      const time = transitionTime(condition, before, nowMs());
      const body = {
        // The UID is a precondition: a pod of the same name that came later is left alone.
        metadata: { uid: pod.uid },
        status: { conditions: [{ type: gateType, ...condition, ...time }] },
      };
      const path = podStatus(pod.namespace, pod.name);
      try {
        await api.call({ method: 'PATCH', path, body, contentType: patchType.strategicMerge, signal });
      } catch (error) {
        if (!isReplaced(error)) throw error;
      }
    },
  };
}
