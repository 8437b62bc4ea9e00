import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pods } from '@clb-direct/shared/kube/client/paths.ts';
import { isDrained, type DeletionRequest } from './judge-deletion.ts';
import { pauseIfPassing } from './pause-if-passing.ts';
import { readPod, uidOf } from './pod-to-hold.ts';

interface Waiting {
  readonly api: KubeApi;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Waits for the controller's answer. False: the pod is gone, or is another one. */
export async function untilDrained(pod: RawObject, request: DeletionRequest, o: Waiting): Promise<boolean> {
  let last: RawObject | undefined = pod;
  while (last !== undefined && uidOf(last) === uidOf(pod)) {
    if (isDrained(last, o.nowMs())) return true;
    const seen = await watched(last, request, o).catch(async (error: unknown) => pauseIfPassing(error, o.signal));
    if (seen !== undefined) return seen;
    last = await readPod(request, o.api, o.signal);
  }
  return false;
}

/** undefined: the watch has ended before. */
async function watched(pod: RawObject, request: DeletionRequest, o: Waiting): Promise<boolean | undefined> {
  for await (const { type, object } of watchPod(pod, request, o)) {
    if (type === 'DELETED' || uidOf(object) !== uidOf(pod)) return false;
    if (type !== 'BOOKMARK' && isDrained(asObject(object), o.nowMs())) return true;
  }
  o.signal.throwIfAborted();
  return undefined;
}

function watchPod(pod: RawObject, { namespace, name }: DeletionRequest, { api, signal }: Waiting) {
  const resourceVersion = String(own(asObject(own(pod, 'metadata')), 'resourceVersion'));
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion, timeoutSeconds: 30 };
  return api.watch({ path: pods(namespace), query, signal });
}
