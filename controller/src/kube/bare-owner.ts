import { usualIpModes } from '../core/model/ip-mode.ts';
import { ownerKey, type Owner } from '../core/model/owner.ts';
import { noUpstreamFinalizer, type OwnerView } from '../core/model/owner-view.ts';
import { shownBalancers } from '../core/sources/service/record.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';

/** What is recorded of an owner. */
export type Recorded = Pick<OwnerView, 'recordedBalancers' | 'recordedPlaces' | 'recordedRules' | 'owned'>;

/** What the facts of every kind of owner have. */
export type SourceFacts = Pick<
  ServiceFacts,
  'uid' | 'namespace' | 'name' | 'createdAtMs' | 'hasFinalizer' | 'recordedLoadBalancers' | 'shownInUse'
>;

/** An owner that only a record knows: it wants nothing, so what it has is let go. */
export function goneOwner(owner: Owner, recorded: Recorded): OwnerView {
  return { ...bareOwner(owner), ending: true, isGone: true, ...recorded };
}

/**
 * An owner that is there and of which no more is known, because we cannot read it: what stands for it stays as it is.
 * It never ends: what becomes of its CLB when it goes is in what we cannot read.
 */
export function unreadOwner(kind: Owner['kind'], facts: SourceFacts): OwnerView {
  const { namespace, name, uid, createdAtMs, hasFinalizer, shownInUse } = facts;
  return {
    ...bareOwner({ kind, namespace, name, uid }),
    isUnread: true,
    skip: 'yes',
    createdAtMs,
    hasFinalizer,
    shownInUse,
    shownBalancers: shownBalancers({ ...facts, existingLoadBalancer: undefined }),
    showsCondition: false,
  };
}

/** Whether we have done something for an owner, which says that it asked for us. */
export function isServed(view: Pick<OwnerView, 'hasFinalizer'>, { recordedBalancers, owned }: Recorded): boolean {
  return view.hasFinalizer || recordedBalancers.length > 0 || owned !== undefined;
}

function bareOwner({ kind, namespace, name, uid }: Owner): OwnerView {
  return {
    kind,
    namespace,
    name,
    uid,
    key: ownerKey({ kind, namespace, name }),
    createdAtMs: 0,
    ending: false,
    mark: 'not-ours',
    skip: 'no',
    bindings: [],
    findings: [],
    markFindings: [],
    notices: [],
    podSelectors: [],
    references: [],
    recordedBalancers: [],
    recordedPlaces: [],
    shownBalancers: [],
    unprovenBalancers: [],
    hasFinalizer: false,
    upstreamFinalizer: noUpstreamFinalizer,
    addresses: [],
    ipModes: usualIpModes,
    condition: undefined,
    moveKeepMs: undefined,
  };
}
