import type { Shown } from '../model/cluster-port.ts';
import { isOtherMode } from '../model/ip-mode.ts';
import { isLetGo, isLiving, type OwnerView } from '../model/owner-view.ts';
import { most } from '../model/record.ts';
import { shownInUse } from '../model/shown-in-use.ts';

/** What the life-cycle loop knows about one owner. */
export interface OwnerFacts {
  readonly owner: OwnerView;
  readonly tkePresent: boolean;
  /** Ids of the CLBs where the records say, or are about to say, that it may have something. */
  readonly heldBalancers: readonly string[];
  /** Of its unproven CLBs those on which no place of this owner stands. */
  readonly released: ReadonlySet<string>;
  /** The addresses to publish; undefined while it is not known. */
  readonly addresses: readonly string[] | undefined;
}

/** Writes to one owner, as plain data; undefined means nothing to write. */
export interface OwnerPlan {
  readonly shown: Shown | undefined;
  readonly addresses: readonly string[] | undefined;
}

/**
 * The finalizer stands while something may stand on a CLB, and comes back when somebody takes it off. It goes after the
 * last listener.
 */
export function judgeOwner(facts: OwnerFacts): OwnerPlan {
  const { owner, heldBalancers, released, tkePresent } = facts;
  const unproven = owner.unprovenBalancers.filter((id) => !released.has(id));
  const balancerIds = [...new Set([...heldBalancers, ...unproven])].toSorted().slice(0, most.shown);
  // The API server takes no new finalizer on an object that is ending.
  // What is let go of has its record removed first: of an object that is gone the CLB would be deleted.
  const holds = balancerIds.length > 0 || owner.owned !== undefined;
  const finalizer = holds && (owner.hasFinalizer || !owner.ending);
  // Without the finalizer the annotation is the user's, and clb-direct leaves it alone.
  const sameIds = !finalizer || sameList(balancerIds, owner.shownBalancers);
  const inUse = shownInUse(owner, { isHeld: finalizer, tkePresent });
  const sameInUse = !finalizer || inUse === owner.shownInUse;
  const same = isOnlyText(owner, { finalizer }) && sameIds && sameInUse;
  const shownIds = idsToShow(balancerIds, facts);
  return { shown: same ? undefined : { balancerIds: shownIds, finalizer, inUse }, addresses: addressesToWrite(facts) };
}

/** It goes on to show where things were left, also to clb-direct if the owner comes back. */
function idsToShow(held: readonly string[], { owner, tkePresent }: OwnerFacts): readonly string[] {
  return isLetGo(owner, tkePresent) ? owner.shownBalancers : held;
}

/** What changes is only for people to read: the finalizers stand as they are to. */
export function isOnlyText(owner: OwnerView, { finalizer }: Pick<Shown, 'finalizer'>): boolean {
  return finalizer === owner.hasFinalizer && !lacksUpstream(owner, finalizer);
}

/** The API server takes no new finalizer on an object that is ending. */
function lacksUpstream({ ending, upstreamFinalizer: { isWanted, stands } }: OwnerView, finalizer: boolean): boolean {
  return finalizer && isWanted && !stands && !ending;
}

function addressesToWrite({ owner, tkePresent, addresses }: OwnerFacts): readonly string[] | undefined {
  // What is let go still answers at its address.
  const isServed = (owner.hasFinalizer || owner.recordedBalancers.length > 0) && !isLetGo(owner, tkePresent);
  const published = isLiving(owner, tkePresent) ? addresses : isServed ? [] : undefined;
  if (published === undefined) return undefined;
  const isSame = sameList(published, owner.addresses) && (published.length === 0 || !isOtherMode(owner.ipModes));
  return isSame ? undefined : published;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
