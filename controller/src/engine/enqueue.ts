import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { WorkQueue } from '@clb-direct/shared/runtime/work-queue.ts';
import { awaitedPodsOf, triggersOf, type Change } from '../core/lifecycle/triggers.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { ownerKey } from '../core/model/owner.ts';
import { balancersOf, type OwnerView } from '../core/model/owner-view.ts';
import { isHeld, keyOfEntry } from '../core/model/record.ts';
import { isAwaited } from '../core/model/pod-view.ts';
import type { TargetAddress } from '../core/model/target.ts';
import { gatedOwners } from '../core/plan/gated-owners.ts';
import type { Scope } from '../core/plan/scope.ts';
import { wishToTell } from './drain-wish-loop.ts';
import type { LookNeeds } from './look-needs.ts';
import type { LookPauses } from './look-pauses.ts';
import type { ObservedState } from './observed-state.ts';
import { flowOfBalancer, flowOfChange, flowOfLister } from './flows.ts';
import { balancersWithTargetAt } from './standing-targets.ts';

export interface Queues {
  readonly balancers: WorkQueue;
  readonly owners: WorkQueue;
  /** ownerKeys: the CLBs that are made for them. */
  readonly owned: WorkQueue;
  readonly gates: WorkQueue;
  /** Of one key, `allCertificates`. */
  readonly certificates: WorkQueue;
  /** Of one key, `allGroups`. */
  readonly securityGroups: WorkQueue;
}

const allCertificates = 'all';
const allGroups = 'all';

/** What runs, and what it is known by. */
export interface Live {
  readonly queues: Queues;
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly pauses: LookPauses;
  readonly looks: LookNeeds;
}

/** Neither pods nor time make an absent CLB appear, so only a change of an owner ends its pause. */
export function enqueue(change: Change, live: Live): void {
  const { queues, cluster, state, pauses, looks } = live;
  const triggers = triggersOf(change, cluster, (pod) => balancersWithTargetAt(pod, state.all()));
  for (const key of triggers.owners) {
    queues.owners.add(key);
    queues.owned.add(key);
  }
  for (const id of triggers.balancers) {
    if (change.kind !== 'pod') {
      pauses.endPause(id);
      looks.need(id);
    } else if (pauses.isPaused(id)) continue;
    const charged = triggers.charged?.get(id);
    const flow = charged === undefined ? flowOfChange(change, () => flowOfBalancer(id, live)) : flowOfLister(charged);
    queues.balancers.add(id, flow);
  }
  for (const key of triggers.gates) queues.gates.add(key);
  if (change.kind === 'owner') enqueueWishes(change, queues);
}

function enqueueWishes({ now, before }: Extract<Change, { kind: 'owner' }>, queues: Queues): void {
  if ([now, before].some(hasCertificates)) queues.certificates.add(allCertificates);
  if (groupWish(now) !== groupWish(before)) queues.securityGroups.add(allGroups);
}

/** A change of anything else costs no look at security groups. */
function groupWish(owner: OwnerView | undefined): string | undefined {
  if (owner?.wantedGroup === undefined) return undefined;
  const { uid, ending, mark, skip, owned, wantedGroup } = owner;
  return JSON.stringify([uid, ending, mark, skip, owned?.balancerId, wantedGroup.policies]);
}

function hasCertificates(owner: OwnerView | undefined): boolean {
  return (owner?.certificates ?? []).length > 0;
}

export function enqueueEverything(live: Live): void {
  enqueueObjects(live);
  live.queues.certificates.add(allCertificates);
  live.queues.securityGroups.add(allGroups);
  for (const id of knownBalancers(live.cluster)) enqueueLook(id, live);
}

export function enqueueObjects({ queues, cluster }: Live): void {
  for (const owner of cluster.owners()) {
    queues.owners.add(owner.key);
    queues.owned.add(owner.key);
  }
  for (const { owner } of cluster.ownedBalancers()) queues.owned.add(ownerKey(owner));
  for (const entry of cluster.recordEntries()) queues.owners.add(keyOfEntry(entry));
  for (const pod of cluster.pods()) {
    if (isAwaited(pod) || wishToTell(pod, cluster) !== undefined) queues.gates.add(pod.key);
  }
}

/** Whatever is known of it. */
export function enqueueLook(id: string, { queues, looks }: Pick<Live, 'queues' | 'looks'>): void {
  looks.need(id);
  queues.balancers.add(id);
}

function knownBalancers(cluster: ClusterView): ReadonlySet<string> {
  const recorded = [...cluster.recordEntries()].filter(isHeld).map(({ balancerId }) => balancerId);
  return new Set([...[...cluster.owners()].flatMap(balancersOf), ...recorded]);
}

/** One after the other, so that there is no crowd of looks once in an interval. Rejects when the signal aborts. */
export async function lookAtAllWithin(resyncMs: number, live: Live, signal: AbortSignal): Promise<void> {
  const ids = [...knownBalancers(live.cluster)];
  const startedMs = performance.now();
  const untilPart = async (part: number) => sleep(Math.max(0, startedMs + part * resyncMs - performance.now()), signal);
  for (const [index, id] of ids.entries()) {
    await untilPart((index + 1) / ids.length);
    if (!live.pauses.isPaused(id)) enqueueLook(id, live);
  }
  await untilPart(1);
}

/** What a held deletion waits for. */
export function enqueueHeld(verified: readonly TargetAddress[], { queues, cluster }: Live): void {
  const pods = verified.flatMap(({ ip }) => cluster.podsAt(ip));
  for (const pod of pods) if (pod.heldDeletion !== undefined) queues.gates.add(pod.key);
}

export function enqueueByHealth(id: string, changed: readonly TargetAddress[], live: Live): void {
  const { queues, cluster, state } = live;
  const pods = changed.flatMap(({ ip }) => cluster.podsAt(ip));
  for (const pod of pods) if (isAwaited(pod)) queues.gates.add(pod.key);
  const owners = [
    ...pods.flatMap((pod) => cluster.ownersSelecting(pod)),
    ...changed.flatMap(({ ip }) => cluster.ownersListing(ip)),
  ];
  for (const owner of owners) queues.owners.add(owner.key);
  if (state.of(id)?.waitsForHealth === true) queues.balancers.add(id);
  enqueueWaiting(id, live);
}

/** A CLB that an owner leaves may withhold something until this one carries it; its look is on account of this one. */
export function enqueueWaiting(
  id: string,
  live: Pick<Live, 'cluster' | 'state'> & { readonly queues: Pick<Queues, 'balancers'> },
): void {
  const candidates = live.cluster.ownersOn(id).flatMap(balancersOf);
  const others = new Set(candidates.filter((other) => other !== id));
  const waiting = [...others].filter((other) => live.state.of(other)?.waitsForHealth === true);
  const { share } = flowOfBalancer(id, live);
  for (const other of waiting) live.queues.balancers.add(other, { priority: 'gate', share });
}

/** With `owned` also the CLBs that were made for the owners. `same`: owners of which the gates know already. */
export function enqueueScope(
  { same, ...scope }: Pick<Scope, 'owners'> & Partial<Scope> & { readonly same?: ReadonlySet<string> | undefined },
  queues: Pick<Queues, 'owners' | 'gates'> & Partial<Pick<Queues, 'owned'>>,
  cluster: ClusterView,
): void {
  for (const owner of scope.owners) {
    if (owner.owned !== undefined) queues.owned?.add(owner.key);
    queues.owners.add(owner.key);
  }
  for (const pod of awaitedPodsOf(gatedOwners(scope, same), cluster)) queues.gates.add(pod.key);
}
