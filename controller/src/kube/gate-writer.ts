import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { patchPodConditions } from '@clb-direct/shared/kube/client/pod-conditions.ts';
import type { GateWriter } from '../core/model/cluster-port.ts';
import { transitionTime } from './transition-time.ts';

/**
 * Opens and closes gates: one condition, and only on the very pod that was judged. `nowMs`: the time of a change.
 */
export function createGateWriter(api: KubeApi, gateType: string, nowMs: () => number = Date.now): GateWriter {
  return {
    write: async (pod, condition, signal) => {
      const before = typeof pod.gate === 'object' ? pod.gate : undefined;
      const gate = { type: gateType, ...condition, ...transitionTime(condition, before, nowMs()) };
      await patchPodConditions(api, pod, [gate], signal);
    },
  };
}
