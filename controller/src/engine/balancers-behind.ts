import type { HeldDeletionFacts } from '../core/gate/judge-held-deletion.ts';
import { ownersOf } from '../core/lifecycle/triggers.ts';
import type { BalancerState } from '../core/model/balancer-state.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { balancersOf, isSkipped, type OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { isHeld } from '../core/model/record.ts';
import { scopeOf } from '../core/plan/scope.ts';
import type { ObservedState } from './observed-state.ts';
import { mayHaveTargetOf } from './standing-targets.ts';

interface Known {
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  /** When this process began to lead, by the API server's clock. */
  readonly leadsSinceMs: number;
}

/** How far that clock may be off. */
const clockMarginMs = 10_000;

/**
 * Every CLB that may send to a pod: those of its owners; those where it stands although its owners have left it; and
 * after a start, when nothing shows that, those where something of its namespace is recorded and that no look has seen.
 * For an owner in mode skip nothing is written, so nothing is waited for.
 */
export function balancersBehind(pod: PodView, known: Known): Omit<HeldDeletionFacts, Given> {
  const { cluster, state } = known;
  const owners = ownersOf(pod, cluster).filter((owner) => !isFrozen(owner, known));
  const wanted = new Set(owners.flatMap(balancersOf).filter((id) => isLookedAt(id, known)));
  const isRecorded = (id: string) => mayHold(id, pod, known);
  const unseen = unseenIds(pod, known).filter(isRecorded);
  const left = state.all().filter((one) => !wanted.has(one.id) && mayHaveTargetOf(pod, one));
  const ids = [...new Set([...wanted, ...unseen, ...left.map(({ id }) => id)])];
  const frozen = ids.flatMap((id) => cluster.ownersOn(id)).filter((owner) => isFrozen(owner, known));
  return { states: ids.map((id) => state.of(id)), isRecorded, skippedUids: new Set(frozen.map(({ uid }) => uid)) };
}

/**
 * A pod that was created later only this process can have registered, which has to look before: it stands where a look
 * was, also where the next one said that there is no such CLB, and dropped what stands there.
 */
function unseenIds(pod: PodView, { cluster, state, leadsSinceMs }: Known): readonly string[] {
  const isYoung = pod.createdAtMs > leadsSinceMs + clockMarginMs;
  return recordedIds(pod, cluster).filter((id) => (isYoung ? isLost(state.of(id)) : state.of(id)?.phase !== 'seen'));
}

function isLost(state: BalancerState | undefined): boolean {
  return state?.phase === 'absent' && state.absence?.wasSeen === true && !state.absence.isProven;
}

type Given = 'nowMs' | 'pod' | 'held' | 'isVerified';

function isFrozen(owner: OwnerView, { cluster }: Known): boolean {
  return isSkipped(owner, cluster.tkePresent());
}

/** Where nobody has or wants a place, the CLB is not looked at, and never will be. */
function isLookedAt(id: string, { cluster, state }: Known): boolean {
  if (state.of(id) !== undefined) return true;
  return scopeOf(id, cluster.ownersOn(id), cluster.tkePresent(), (other) => state.of(other)).owners.length > 0;
}

/** Owners select pods of their own namespace, and a selector that has changed does not tell whom it took before. */
function mayHold(id: string, { namespace }: PodView, known: Known): boolean {
  const owners = known.cluster.ownersOn(id).filter((owner) => owner.namespace === namespace && !isFrozen(owner, known));
  return owners.some((one) => [...one.recordedBalancers, ...one.unprovenBalancers].includes(id));
}

function recordedIds({ namespace }: PodView, cluster: ClusterView): readonly string[] {
  const entries = [...cluster.recordEntries()].filter((entry) => isHeld(entry) && entry.owner.namespace === namespace);
  const owners = [...cluster.owners()].filter((owner) => owner.namespace === namespace);
  return [...entries.map(({ balancerId }) => balancerId), ...owners.flatMap((owner) => owner.unprovenBalancers)];
}
