import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { lease } from '@clb-direct/shared/kube/client/paths.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** A new leader needs a Lease's time to take over; one that is stale for longer is away. */
const longestTakeoverMs = 30_000;
/** Many deletions at once ask once. */
const keptMs = 2_000;

/** Whether some controller leads, by its Lease: without one nobody drains, and nothing is to be waited for. */
export function createControllerLease(o: {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly nowMs: () => number;
}): (signal: AbortSignal) => Promise<boolean> {
  let asked: { readonly atMs: number; readonly answer: Promise<boolean> } | undefined;

  async function read(signal: AbortSignal): Promise<boolean> {
    const path = lease(o.namespace, programName.controller);
    const spec = asObject(own(await o.api.call<RawObject>({ method: 'GET', path, signal }), 'spec'));
    const renewedMs = Date.parse(String(own(spec, 'renewTime')));
    return own(spec, 'holderIdentity') !== '' && o.nowMs() - renewedMs < longestTakeoverMs;
  }

  return async (signal) => {
    const atMs = performance.now();
    if (asked !== undefined && atMs - asked.atMs < keptMs) return asked.answer;
    // What cannot be read is taken for present: the wait is bounded in any case.
    const answer = read(AbortSignal.any([signal, AbortSignal.timeout(keptMs)])).catch(() => true);
    asked = { atMs, answer };
    return answer;
  };
}
