import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { listPages } from '@clb-direct/shared/kube/client/list-pages.ts';
import { pods } from '@clb-direct/shared/kube/client/paths.ts';
import { between } from '@clb-direct/shared/runtime/backoff.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ReadBudgets } from './budget-reader.ts';
import { judgeDisruption, type Disruption, type Exhausted } from './disruption-budgets.ts';
import type { DrainLimit } from './drain-limit.ts';
import { isAsked, type DeletionRequest } from './judge-deletion.ts';
import { labelQuery, selects } from './label-selector.ts';
import { markPod, type Marking } from './mark-pod.ts';
import type { OneByOne } from './one-by-one.ts';
import { orAborted } from './or-aborted.ts';
import { pauseIfPassing } from './pause-if-passing.ts';
import { uidOf } from './pod-to-hold.ts';

export interface TurnOptions extends Marking {
  /** By the API server's clock. */
  readonly nowMs: () => number;
  readonly oneByOne: OneByOne;
  readonly budgetsOf: ReadBudgets;
  readonly limit: DrainLimit;
}

/** What became of it; undefined: the pod is gone, or is another one. */
export type Turn = { readonly marked: RawObject } | Exhausted | 'disruption-refused' | 'no-turn' | undefined;

/**
 * Marks a pod that is to be evicted when its budget lets it go: `kubectl drain` evicts all pods of a node at once, and
 * those that the budget keeps must go on serving. One that it forbids is not marked. It is refused here: the API server
 * looks at the budget after us, and would let it go undrained if the budget allowed one more by then.
 */
export async function markInTurn(pod: RawObject, request: DeletionRequest, o: TurnOptions): Promise<Turn> {
  const first = await disruptionOf(pod, request, o);
  if (first.kind === 'exhausted') return first;
  if (first.kind === 'refused') return 'disruption-refused';
  if (isAsked(pod, o.nowMs())) return { marked: pod };
  if (first.kind === 'free') return marking(pod, request, o);
  // Two webhooks get the evictions of one drain in the same moment, and see only what the other one has written.
  await sleep(between(0, spreadMs), o.signal);
  return untilTurn(pod, request, o).catch((error: unknown) => {
    if (o.limit.signal.aborted) return 'no-turn';
    throw error;
  });
}

const pageSize = 500;
const spreadMs = 1_000;
const pauseMs = 500;

async function untilTurn(pod: RawObject, request: DeletionRequest, o: TurnOptions): Promise<Turn> {
  for (;;) {
    // In a long line the limit may come before the turn.
    const taken = orAborted(
      o.oneByOne(request.namespace, async () => take(pod, request, o)),
      o.signal,
    );
    const turn = await taken.catch(async (error: unknown) =>
      pauseIfPassing(error, o.signal).then(() => 'later' as const),
    );
    if (turn !== 'later') return turn;
    await sleep(between(pauseMs / 2, pauseMs), o.signal);
  }
}

async function take(pod: RawObject, request: DeletionRequest, o: TurnOptions): Promise<Turn | 'later'> {
  const disruption = await disruptionOf(pod, request, o);
  if (disruption.kind === 'exhausted') return disruption;
  if (disruption.kind === 'refused') return 'disruption-refused';
  const isFull = disruption.kind === 'bounded' && (await othersOf(pod, request, disruption, o)) >= disruption.allowed;
  return isFull ? 'later' : marking(pod, request, o);
}

async function marking(pod: RawObject, request: DeletionRequest, o: TurnOptions): Promise<Turn> {
  const marked = await markPod(pod, request, o);
  return marked === undefined ? undefined : { marked };
}

async function disruptionOf(pod: RawObject, { namespace }: DeletionRequest, o: TurnOptions) {
  return judgeDisruption(pod, await o.budgetsOf(pod, namespace, o.signal));
}

/** How many other pods of the budget are marked, and not deleted yet: by the API server, whichever webhook did it. */
async function othersOf(
  pod: RawObject,
  { namespace }: DeletionRequest,
  { selector }: Extract<Disruption, { kind: 'bounded' }>,
  { api, nowMs, signal }: TurnOptions,
): Promise<number> {
  let count = 0;
  const query = { labelSelector: labelQuery(selector) };
  const paging = { api, path: pods(namespace), query, pageSize, signal, onPage: () => undefined };
  await listPages(paging, (raw) => {
    if (uidOf(raw) !== uidOf(pod) && selects(selector, raw) && isDraining(asObject(raw), nowMs())) count += 1;
  });
  return count;
}

function isDraining(pod: RawObject | undefined, nowMs: number): boolean {
  return isAsked(pod, nowMs) && own(asObject(own(pod, 'metadata')), 'deletionTimestamp') === undefined;
}
