import { heldDeletion, drainReason } from '@clb-direct/shared/domain/held-deletion.ts';
import { KubeError, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pod as podPath, podDisruptionBudgets, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { conditionTime, patchPodConditions } from '@clb-direct/shared/kube/client/pod-conditions.ts';
import { readIfThere } from '@clb-direct/shared/kube/client/read-if-there.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { isDisruptionRefused } from './disruption-budgets.ts';
import type { DrainLimit } from './drain-limit.ts';
import {
  isAsked,
  isDrained,
  leftMs,
  passByPod,
  type DeletionRequest,
  type PassReason,
  type PodToDelete,
} from './judge-deletion.ts';

export interface HoldOptions {
  readonly api: KubeApi;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  /** Connections that were on their way when the weight became 0 arrive in this time. */
  readonly settleMs: number;
}

/** What became of a deletion: let through at once, after the drain, or because nothing came of waiting. */
export type HoldResult =
  | { readonly kind: 'passed'; readonly reason: PassReason | 'disruption-refused' | 'gone' }
  | { readonly kind: 'drained'; readonly pod: RawObject };

/**
 * Marks the pod, so that the controller drains it, and waits for its answer. Ends with the signal's reason when that
 * aborts first; the limit, which is part of the signal, ends sooner for a pod that was marked before.
 */
export async function holdDeletion(
  request: DeletionRequest,
  judged: Omit<PodToDelete, 'nowMs'>,
  { signal, limit, ...o }: HoldOptions & { readonly signal: AbortSignal; readonly limit: DrainLimit },
): Promise<HoldResult> {
  // The mark carries the time of its deletion, not of a write that took its time: the limit counts from it.
  const sinceMs = o.nowMs();
  // The pod itself is judged, not what the review says of it: anybody who reaches the port can post a review.
  const pod = await readPod(request, o.api, signal);
  if (pod === undefined || isOther(pod, request)) return { kind: 'passed', reason: 'gone' };
  const pass = passByPod(pod, { ...judged, nowMs: o.nowMs() });
  if (pass !== undefined) return { kind: 'passed', reason: pass };
  if (request.pod === undefined && (await isRefused(pod, request, o.api, signal))) {
    return { kind: 'passed', reason: 'disruption-refused' };
  }
  limit.endIn(leftMs(pod, { ...judged, nowMs: o.nowMs() }));
  const marked = isAsked(pod, o.nowMs())
    ? await readPod(request, o.api, signal)
    : await untilMarked(pod, request, { ...o, signal, sinceMs });
  if (marked === undefined || !(await untilDrained(marked, request, { ...o, signal }))) {
    return { kind: 'passed', reason: 'gone' };
  }
  await sleep(o.settleMs, signal);
  return { kind: 'drained', pod };
}

function isOther(pod: RawObject, { pod: reviewed }: DeletionRequest): boolean {
  return typeof uidOf(pod) !== 'string' || (reviewed !== undefined && uidOf(reviewed) !== uidOf(pod));
}

async function readPod({ namespace, name }: DeletionRequest, api: KubeApi, signal: AbortSignal) {
  return readIfThere(api, podPath(namespace, name), signal);
}

/** An eviction that a budget forbids is refused after us: a pod that stays must not be drained for it. */
async function isRefused(pod: RawObject, { namespace }: DeletionRequest, api: KubeApi, signal: AbortSignal) {
  const list = await api.call<RawObject>({ method: 'GET', path: podDisruptionBudgets(namespace), signal });
  return isDisruptionRefused(pod, own(list, 'items'));
}

type Waiting = HoldOptions & { readonly signal: AbortSignal };
type Marking = Waiting & { readonly sinceMs: number };

/** undefined: the pod is gone, or is another one. */
async function untilMarked(pod: RawObject, request: DeletionRequest, o: Marking): Promise<RawObject | undefined> {
  try {
    return await mark(pod, request, o);
  } catch (error) {
    await pauseIfPassing(error, o.signal);
    return untilMarked(pod, request, o);
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

function uidOf(pod: unknown): unknown {
  return own(asObject(own(asObject(pod), 'metadata')), 'uid');
}

const pauseMs = 300;

/** An API server that restarts cuts watches and refuses calls for a moment; the deletion waits only so long anyway. */
async function pauseIfPassing(error: unknown, signal: AbortSignal): Promise<undefined> {
  signal.throwIfAborted();
  if (!(error instanceof KubeError) || !isPassing(error)) throw error;
  await sleep(Math.max(pauseMs, error.retryAfterMs ?? 0), signal);
}

function isPassing({ status }: KubeError): boolean {
  return status < 400 || status === 410 || status === 429 || status >= 500;
}

/** False: the pod is gone, or is another one. */
async function untilDrained(pod: RawObject, request: DeletionRequest, o: Waiting): Promise<boolean> {
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
