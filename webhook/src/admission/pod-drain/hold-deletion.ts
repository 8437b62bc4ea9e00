import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ReadBudgets } from './budget-reader.ts';
import type { Exhausted } from './disruption-budgets.ts';
import type { DrainLimit } from './drain-limit.ts';
import { markInTurn, type Turn } from './eviction-turns.ts';
import {
  isAsked,
  leftMs,
  passByPod,
  type DeletionRequest,
  type PassReason,
  type PodToDelete,
} from './judge-deletion.ts';
import { markPod } from './mark-pod.ts';
import type { OneByOne } from './one-by-one.ts';
import { isOther, readPod } from './pod-to-hold.ts';
import { untilDrained } from './until-drained.ts';

export interface HoldOptions {
  readonly api: KubeApi;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  /** Connections that were on their way when the weight became 0 arrive in this time. */
  readonly settleMs: number;
  readonly isControllerThere: (signal: AbortSignal) => Promise<boolean>;
  readonly oneByOne: OneByOne;
  readonly budgetsOf: ReadBudgets;
  /** The pod is marked: whoever holds many connections open shall not have this one ended. */
  readonly keep: () => void;
  readonly limit: DrainLimit;
  /** The limit's, and that of the program. */
  readonly signal: AbortSignal;
}

/** What became of it: refused as by its budget, let through at once, after the drain, or as nothing came of waiting. */
export type HoldResult =
  | Exhausted
  | { readonly kind: 'passed'; readonly reason: PassReason | 'disruption-refused' | 'gone' }
  | { readonly kind: 'drained' | 'no-turn' | 'controller-away' | 'stopping' };

/**
 * Marks the pod, so that the controller drains it, and waits for its answer. Ends with the signal's reason when that
 * aborts first; the limit ends sooner for a pod that was marked before.
 */
export async function holdDeletion(
  request: DeletionRequest,
  judged: Omit<PodToDelete, 'nowMs'>,
  o: HoldOptions,
): Promise<HoldResult> {
  const sinceMs = o.nowMs();
  // The pod itself is judged, not what the review says of it: anybody who reaches the port can post a review.
  const pod = await readPod(request, o.api, o.signal);
  if (pod === undefined || isOther(pod, request)) return { kind: 'passed', reason: 'gone' };
  const pass = passByPod(pod, { ...judged, nowMs: o.nowMs() });
  if (pass !== undefined) return { kind: 'passed', reason: pass };
  if (!(await o.isControllerThere(o.signal))) return { kind: 'controller-away' };
  o.limit.endIn(leftMs(pod, { ...judged, nowMs: o.nowMs() }));
  return waitForDrain(pod, request, { ...o, sinceMs }).catch((error: unknown) => {
    // The program ends, and the pod asks for a drain.
    if (o.signal.aborted && !o.limit.signal.aborted) return { kind: 'stopping' };
    throw error;
  });
}

async function waitForDrain(
  pod: RawObject,
  request: DeletionRequest,
  o: HoldOptions & { readonly sinceMs: number },
): Promise<HoldResult> {
  const turn = await markedPod(pod, request, o);
  if (turn === 'no-turn') return { kind: turn };
  if (turn === 'disruption-refused') return { kind: 'passed', reason: turn };
  if (turn === undefined) return { kind: 'passed', reason: 'gone' };
  if ('kind' in turn) return turn;
  o.keep();
  if (!(await untilDrained(turn.marked, request, o))) return { kind: 'passed', reason: 'gone' };
  // It is drained, also where the limit or the end of the program leaves less time after that.
  await sleep(o.settleMs, o.signal).catch(() => undefined);
  return { kind: 'drained' };
}

async function markedPod(
  pod: RawObject,
  request: DeletionRequest,
  o: HoldOptions & { readonly sinceMs: number },
): Promise<Turn> {
  if (request.pod === undefined) return markInTurn(pod, request, o);
  const marked = isAsked(pod, o.nowMs()) ? pod : await markPod(pod, request, o);
  return marked === undefined ? undefined : { marked };
}
