import { KubeError, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';

/**
 * Lets writes through only while we hold the Lease by our own clock, as `fenced` does for those to the CLB. A process
 * that was frozen reads from its sockets before its timers end its term: a record that it wrote then, from what it knew
 * before, would take away what its successor has recorded.
 */
export function fencedApi(api: KubeApi, isHeld: () => boolean): KubeApi {
  const beforeTry = () => {
    if (!isHeld()) throw new KubeError({ status: 0, reason: 'LeaseLost', message: lost });
  };
  return {
    call: async (call) => api.call(call.method === 'GET' ? call : { ...call, beforeTry }),
    watch: (call) => api.watch(call),
    close: async () => api.close(),
  };
}

const lost = 'This controller does not hold the Lease any more; another one writes now.';
