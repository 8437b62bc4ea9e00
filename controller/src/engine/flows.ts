import { rankOf, type Priority, type Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Fairness } from '@clb-direct/shared/runtime/places.ts';
import { podsOf, type Change } from '../core/lifecycle/triggers.ts';
import { awaitsHealth, type BalancerState } from '../core/model/balancer-state.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { hasClosedGate, isLeaving, type PodView } from '../core/model/pod-view.ts';
import { drainsOfEnding } from './drain-ending.ts';
import type { ObservedState } from './observed-state.ts';

interface Known {
  readonly cluster: ClusterView;
  readonly state: Pick<ObservedState, 'of'>;
}

/** How many looks one namespace may begin in a minute: a third of what the rate limit lets through. */
export function looksPerMinute(requestsPerSecond: number): number {
  return Math.max(1, Math.round((requestsPerSecond * 60) / 3));
}

/** Half of them make full use of the rate limit for as long as a drain takes less than 3.5 s. */
const drainPlaces = 128;
const otherPlaces = 32;
export const balancerPlaces = drainPlaces + otherPlaces;

export function balancerFairness(perMinute: number): Fairness {
  return { keptForDrains: drainPlaces, budget: { perMinute, burst: Math.max(10, perMinute / 6) } };
}

/** What is due on a CLB by what is known now, on account of the namespace that holds it. */
export function flowOfBalancer(id: string, known: Known): Flow {
  const state = known.state.of(id);
  const owners = known.cluster.ownersOn(id);
  const priority = state === undefined ? priorityUnseen(owners, known.cluster) : priorityOf(state, known.cluster);
  return { priority, share: ownerToCharge(owners, state)?.namespace ?? '' };
}

function priorityOf(state: BalancerState, cluster: ClusterView): Priority {
  if (drainsOfEnding(state, cluster).length > 0) return 'drain';
  return state.waitsForHealth || awaitsHealth(state) ? 'gate' : 'look';
}

/** After a start nothing proves that it carries anything, so it is never a drain. */
function priorityUnseen(owners: readonly OwnerView[], cluster: ClusterView): Priority {
  const pods = owners.flatMap((owner) => podsOf(owner, cluster));
  return pods.some((pod) => isLeaving(pod) || hasClosedGate(pod)) ? 'gate' : 'look';
}

/** Who has something there, and of those the oldest: nobody gets looks on another's account by naming its CLB later. */
function ownerToCharge(owners: readonly OwnerView[], state: BalancerState | undefined): OwnerView | undefined {
  const placed = owners.filter(({ uid }) => state?.ownerUids.has(uid) === true);
  const candidates = placed.length > 0 ? placed : owners;
  return candidates.toSorted((a, b) => a.createdAtMs - b.createdAtMs)[0];
}

/**
 * A look that a change of the cluster asks for, on account of the namespace where the change was. What is due there is
 * asked for only where the change may bear on it: pods change often, and a CLB may have thousands of targets.
 */
export function flowOfChange(change: Change, due: () => Flow): Flow {
  const own: Flow = { priority: priorityOfChange(change), share: namespaceOf(change) };
  if (change.kind === 'pod' && (change.now === undefined || !isLeaving(change.now))) return own;
  const { priority } = due();
  return rankOf({ priority }) < rankOf(own) ? { ...own, priority } : own;
}

/** A look that a pod of another namespace asks for, because an owner of this one lists its address. */
export function flowOfLister(namespace: string): Flow {
  return { priority: 'look', share: namespace };
}

function priorityOfChange(change: Change): Priority {
  return change.kind === 'pod' && change.now !== undefined && isWaiting(change.now) ? 'gate' : 'change';
}

function isWaiting(pod: PodView): boolean {
  return !isLeaving(pod) && hasClosedGate(pod);
}

function namespaceOf({ now, before }: Change): string {
  return (now ?? before)?.namespace ?? '';
}

/** A write to the API server may hang for as long as an admission webhook of somebody else does. */
export const objectFairness: Fairness = { keptForDrains: 0 };

/** Gates and owners come one namespace after the other. The namespace is the last but one part of each key. */
export function flowOfObject(key: string): Flow {
  return { priority: 'change', share: key.split('/').at(-2) ?? '' };
}
