import { isLiving, provenBalancers, type OwnerView } from '../model/owner-view.ts';

/** What the life-cycle loop knows about one owner. */
export interface OwnerFacts {
  readonly owner: OwnerView;
  readonly tkePresent: boolean;
  /** Ids of the CLBs that its bindings name, if it is living. */
  readonly wantedBalancers: readonly string[];
  /** Recorded CLBs on which no place of this owner is left. */
  readonly released: ReadonlySet<string>;
  /** The addresses to publish; undefined while it is not known. */
  readonly addresses: readonly string[] | undefined;
}

/** Writes to one owner, as plain data; undefined means nothing to write. */
export interface OwnerPlan {
  /** The record of CLBs, written before the first listener is made and shortened after the last one is gone. */
  readonly record: { readonly balancerIds: readonly string[]; readonly finalizer: boolean } | undefined;
  readonly addresses: readonly string[] | undefined;
}

/**
 * The finalizer and the record stand before any listener does, and go after the last listener: a controller that
 * dies at any point knows after its restart where to clean up.
 */
export function judgeOwner(facts: OwnerFacts): OwnerPlan {
  const { owner } = facts;
  const wanted = isLiving(owner, facts.tkePresent) ? facts.wantedBalancers : [];
  const kept = provenBalancers(owner).filter((id) => !facts.released.has(id));
  const balancerIds = [...new Set([...wanted, ...kept])].toSorted();
  // The API server takes no new finalizer on an object that is ending.
  const finalizer = balancerIds.length > 0 && (owner.hasFinalizer || !owner.ending);
  // Without the finalizer the annotation is the user's, and clb-direct leaves it alone.
  const sameRecord = !finalizer || sameList(balancerIds, owner.recordedBalancers);
  const same = finalizer === owner.hasFinalizer && sameRecord;
  return { record: same ? undefined : { balancerIds, finalizer }, addresses: addressesToWrite(facts) };
}

function addressesToWrite({ owner, tkePresent, addresses }: OwnerFacts): readonly string[] | undefined {
  const published = isLiving(owner, tkePresent) ? addresses : owner.hasFinalizer ? [] : undefined;
  return published === undefined || sameList(published, owner.addresses) ? undefined : published;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
