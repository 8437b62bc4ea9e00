import type { BatchTarget } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { ActionContext } from './action.ts';
import { hold, startTask } from './start-task.ts';
import type { Listener, LoadBalancer } from '../../state/model.ts';
import { isL7, type Place } from '../../state/place.ts';
import { namesRule } from './lookup.ts';
import { requireDistinct } from './target-requests.ts';

/** One target of a batch and its place; or why there is no such place. */
interface Member {
  request: BatchTarget;
  at: Place | string;
}

/** What a batch does with a target that has its place. */
export interface Operation {
  /** Why it cannot be done; undefined when it can. */
  whyNot(at: Place, request: BatchTarget): string | undefined;
  apply(at: Place, request: BatchTarget): void;
}

function placeIn(loadBalancer: LoadBalancer, listener: Listener, { LocationId }: BatchTarget): Place | string {
  if (!isL7(listener.protocol)) {
    const isNamed = namesRule({ LocationId });
    return isNamed ? `Listener ${listener.id} has no location ${LocationId ?? ''}.` : { loadBalancer, listener };
  }
  if (LocationId === undefined) return `LocationId of listener ${listener.id} is missing.`;
  const rule = listener.rules.find(({ id }) => id === LocationId);
  return rule ? { loadBalancer, listener, rule } : `Location ${LocationId} not found.`;
}

function place(loadBalancer: LoadBalancer, request: BatchTarget): Member {
  const listener = loadBalancer.listeners.find(({ id }) => id === request.ListenerId);
  const at = listener ? placeIn(loadBalancer, listener, request) : `Listener ${request.ListenerId} not found.`;
  return { request, at };
}

/** The targets of a batch by the place where they are to be bound; those without a place are left out. */
export function sharesByPlace(loadBalancer: LoadBalancer, targets: BatchTarget[]): { at: Place; own: BatchTarget[] }[] {
  const members = targets.map((request) => place(loadBalancer, request));
  const shares = Map.groupBy(members, ({ at }) => (typeof at === 'string' ? at : (at.rule ?? at.listener)));
  return [...shares.values()].flatMap((share) => {
    const at = share[0]?.at;
    return at === undefined || typeof at === 'string' ? [] : [{ at, own: share.map(({ request }) => request) }];
  });
}

/** Refuses a batch that has the same target twice at one place. */
export function requireDistinctMembers(targets: readonly BatchTarget[]): void {
  requireDistinct(targets, ({ ListenerId, LocationId = '' }) => `${ListenerId} ${LocationId} `);
}

interface Verdict {
  good: { at: Place; request: BatchTarget }[];
  failures: { listenerId: string; why: string }[];
}

/** A batch succeeds or fails by listener: the share of each is done whole or not at all. */
function judge(loadBalancer: LoadBalancer, targets: BatchTarget[], operation: Operation): Verdict {
  const verdict: Verdict = { good: [], failures: [] };
  for (const [listenerId, own] of Map.groupBy(targets, ({ ListenerId }) => ListenerId)) {
    const members = own.map((request) => place(loadBalancer, request));
    const reasons = members.map(({ at, request }) => (typeof at === 'string' ? at : operation.whyNot(at, request)));
    const why = reasons.find((reason) => reason !== undefined);
    if (why !== undefined) verdict.failures.push({ listenerId, why });
    else members.forEach(({ at, request }) => typeof at !== 'string' && verdict.good.push({ at, request }));
  }
  return verdict;
}

const answerOf = ({ failures }: Verdict) => ({
  FailListenerIdSet: failures.map(({ listenerId }) => listenerId),
  Message: failures.map(({ why }) => why).join(' '),
});

/** Does a batch: its caller waits for the end, or gets a task, as the switch says. */
export async function runBatch(
  context: ActionContext,
  loadBalancer: LoadBalancer,
  targets: BatchTarget[],
  operation: Operation,
) {
  const work = () => {
    const verdict = judge(loadBalancer, targets, operation);
    verdict.good.forEach(({ at, request }) => operation.apply(at, request));
    return answerOf(verdict);
  };
  if (context.switches.batchIsSynchronous) return hold(context, [loadBalancer.id], work, targets.length);
  const answer = answerOf(judge(loadBalancer, targets, operation));
  startTask(context, [loadBalancer.id], () => void work());
  return answer;
}
