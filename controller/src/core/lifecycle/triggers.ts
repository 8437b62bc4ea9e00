import type { ClusterView, OwnerIndex } from '../model/cluster-port.ts';
import { selects } from '../model/binding.ts';
import { sameCondition } from '../model/owner-condition.ts';
import { balancersOf, listedAddresses, type OwnerView } from '../model/owner-view.ts';
import { addressesOf, isAwaited, stageOf, type PodView } from '../model/pod-view.ts';
import { isSameValue } from '../model/same-value.ts';
import { chargedListers } from './charged-listers.ts';

/** One change of the cluster: what is now, and what was before. */
export type Change =
  | { readonly kind: 'pod'; readonly now: PodView | undefined; readonly before: PodView | undefined }
  | { readonly kind: 'owner'; readonly now: OwnerView | undefined; readonly before: OwnerView | undefined };

/** The keys that must look again, for each loop. */
export interface Triggers {
  /** Ids of CLBs. */
  readonly balancers: ReadonlySet<string>;
  /** See `chargedListers`. */
  readonly charged?: ReadonlyMap<string, string>;
  /** ownerKeys */
  readonly owners: ReadonlySet<string>;
  /** Keys of pods. */
  readonly gates: ReadonlySet<string>;
}

/** Ids of the CLBs that have a target at an address of a pod. */
type Standing = (pod: PodView) => readonly string[];

/** Who must look again after a change. */
export function triggersOf(change: Change, cluster: OwnerIndex & Pods, standing: Standing): Triggers {
  switch (change.kind) {
    case 'pod':
      return ofPod(change, cluster, standing);
    case 'owner':
      return isOnlyCondition(change) ? itself(change) : ofOwners([change.now, change.before], cluster);
  }
}

/**
 * A pod concerns the CLBs of every owner that selects it now or did before, those where a target at its address stands
 * still although no owner selects it, and its own gate.
 */
function ofPod({ now, before }: Extract<Change, { kind: 'pod' }>, cluster: OwnerIndex, standing: Standing): Triggers {
  const gates = new Set(now !== undefined && isAwaited(now) ? [now.key] : []);
  if (now !== undefined && before !== undefined && sameForTargets(now, before)) {
    return { balancers: new Set(), owners: new Set(), gates };
  }
  const views = [now, before].filter((view) => view !== undefined);
  const concerned = views.flatMap((view) => [...cluster.ownersSelecting(view), ...ownersListing(view, cluster)]);
  if (now !== undefined && now.drainAsked !== cluster.ownersSelecting(now).some(asksForDrain)) gates.add(now.key);
  const standingAt = views.flatMap(standing);
  const balancers = new Set([...concerned.flatMap(balancersOf), ...standingAt]);
  const [{ namespace } = { namespace: '' }] = views;
  const charged = chargedListers({ namespace, owners: concerned, standing: standingAt }, cluster);
  return { balancers, owners: new Set(), gates, charged };
}

function asksForDrain({ wantsDrain }: OwnerView): boolean {
  return wantsDrain === true;
}

/**
 * Our own gate patch comes back as a change of the pod; it must trigger no balancer, unless another gate counts from
 * now on.
 */
function sameForTargets(a: PodView, b: PodView): boolean {
  return (
    targetFields.every((field) => a[field] === b[field]) &&
    stageOf(a) === stageOf(b) &&
    a.moreIps.join() === b.moreIps.join() &&
    sameRecord(a.labels, b.labels) &&
    sameRecord(a.namedPorts, b.namedPorts)
  );
}

const targetFields = [
  'uid',
  'ip',
  'network',
  'containersReady',
  'ending',
  'finished',
  'containersGone',
  'customWeight',
] as const satisfies readonly (keyof PodView)[];

function sameRecord(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** The owners that a pod may be a target for: they select it, or list its address in its namespace. */
export function ownersOf(pod: PodView, cluster: Pick<OwnerIndex, 'ownersSelecting' | 'ownersListing'>) {
  const listing = ownersListing(pod, cluster).filter(({ namespace }) => namespace === pod.namespace);
  return [...new Set([...cluster.ownersSelecting(pod), ...listing])];
}

function ownersListing(pod: PodView, cluster: Pick<OwnerIndex, 'ownersListing'>): readonly OwnerView[] {
  return addressesOf(pod).flatMap((ip) => cluster.ownersListing(ip));
}

type OwnerChange = Extract<Change, { kind: 'owner' }>;

/** Our own condition comes back as a change of the owner; it must cost no look at a CLB. */
function isOnlyCondition({ now, before }: OwnerChange): boolean {
  if (now === undefined || before === undefined || sameCondition(now.condition, before.condition)) return false;
  return isSameValue({ ...now, condition: undefined }, { ...before, condition: undefined });
}

function itself({ now }: OwnerChange): Triggers {
  return { balancers: new Set(), owners: new Set(now === undefined ? [] : [now.key]), gates: new Set() };
}

type Awaited = Pick<ClusterView, 'podsAwaitedIn' | 'ownersListing'>;

/**
 * The pods that owners are about, as far as something of them is to be judged. Each namespace is gone through once, and
 * a selector that several share is asked once.
 */
export function awaitedPodsOf(owners: readonly OwnerView[], cluster: Awaited): readonly PodView[] {
  const selectors = Map.groupBy(
    owners.flatMap(({ podSelectors }) => podSelectors),
    ({ namespace }) => namespace,
  );
  const uids = new Set(owners.map(({ uid }) => uid));
  const namespaces = new Set([...selectors.keys(), ...owners.map(({ namespace }) => namespace)]);
  return [...namespaces].flatMap((namespace) => {
    const all = new Set((selectors.get(namespace) ?? []).map(({ labels }) => labels));
    const isSelected = (pod: PodView) => [...all].some((labels) => selects({ namespace, labels }, pod));
    const isListed = (pod: PodView) =>
      ownersListing(pod, cluster).some((owner) => owner.namespace === namespace && uids.has(owner.uid));
    return cluster.podsAwaitedIn(namespace).filter((pod) => isSelected(pod) || isListed(pod));
  });
}

type Pods = Pick<ClusterView, 'podsSelectedBy' | 'podsAt'>;

/**
 * An owner concerns the CLBs that it names or named, itself, and the closed gates of the pods that it selects or
 * selected; those pods too to which it has something to tell.
 */
function ofOwners(owners: readonly (OwnerView | undefined)[], cluster: Pods): Triggers {
  const views = owners.filter((view) => view !== undefined);
  const asks = views.some(asksForDrain);
  const waiting = views
    .flatMap((view) => podsOf(view, cluster))
    .filter((pod) => isAwaited(pod) || pod.drainAsked || asks);
  return {
    balancers: new Set(views.flatMap(balancersOf)),
    owners: new Set(views.map(({ key }) => key)),
    gates: new Set(waiting.map(({ key }) => key)),
  };
}

/** The pods that an owner is about: whoever lists addresses may list those of other namespaces too. */
export function podsOf(owner: OwnerView, cluster: Pods): readonly PodView[] {
  const selected = owner.podSelectors.flatMap((selector) => cluster.podsSelectedBy(selector));
  const listed = listedAddresses(owner).flatMap((ip) => cluster.podsAt(ip));
  return [...selected, ...listed.filter(({ namespace }) => namespace === owner.namespace)];
}
