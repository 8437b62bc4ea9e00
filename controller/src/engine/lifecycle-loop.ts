import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { judgeCondition } from '../core/findings/owner-condition.ts';
import { ensured, ownerFindings } from '../core/findings/owner-findings.ts';
import { judgeOwner, type OwnerFacts } from '../core/lifecycle/judge-owner.ts';
import { balancerIdOf } from '../core/model/balancer-ref.ts';
import { isCarried, isFreeOf, isServed, type BalancerState } from '../core/model/balancer-state.ts';
import { bindingKey, type Binding } from '../core/model/binding.ts';
import type { ClusterView, OwnerWriter, Reporter } from '../core/model/cluster-port.ts';
import { isLiving, provenBalancers, wantedBalancers, type OwnerView } from '../core/model/owner-view.ts';
import type { ObservedState } from './observed-state.ts';

export interface LifecycleLoopOptions {
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly owners: OwnerWriter;
  readonly reporter: Reporter;
}

/** Most owners that get the event LoadBalancerEnsured after a start: more at once would hide other events. */
const mostReported = 200;

/** Reconciles one owner: its finalizer, its record of CLBs, its address, and what its author should know. */
export function createLifecycleLoop(
  options: LifecycleLoopOptions,
): (key: string, signal: AbortSignal) => Promise<Outcome> {
  const reported = new Set<string>();
  return async (key, signal) => {
    const { cluster, owners, reporter } = options;
    const owner = cluster.owner(key);
    if (owner === undefined) return { kind: 'settled' };
    for (const finding of ownerFindings(owner, cluster.tkePresent())) reporter.aboutOwner(owner, finding);
    const { record, addresses } = judgeOwner(factsOf(owner, options));
    if (addresses !== undefined) await owners.publishAddresses(owner, addresses, signal);
    if (record !== undefined) await owners.record(owner, record.balancerIds, record.finalizer, signal);
    const isNews = addresses !== undefined && addresses.length > 0;
    if (isNews || isFirstGood(owner, reported, options)) {
      if (reported.size < mostReported) reported.add(owner.uid);
      reporter.aboutOwner(owner, ensured(owner, addresses ?? owner.addresses));
    }
    await showCondition(owner, options, signal);
    return { kind: 'settled' };
  };
}

/** Last, so that nothing waits for it. An owner that was released is seen for as long as it has the condition. */
async function showCondition(owner: OwnerView, options: LifecycleLoopOptions, signal: AbortSignal): Promise<void> {
  const { cluster, owners } = options;
  const verdict = judgeCondition({
    owner,
    tkePresent: cluster.tkePresent(),
    stateOf: (binding) => stateFor(binding, options),
    podsOf: ({ backends }) => cluster.podsSelectedBy(backends.selector),
  });
  if (verdict !== 'leave') await owners.writeCondition(owner, verdict === 'remove' ? undefined : verdict, signal);
}

/** The last event of an owner would stay a warning for ever when a setting, and so a restart, has removed the cause. */
function isFirstGood(owner: OwnerView, reported: ReadonlySet<string>, options: LifecycleLoopOptions): boolean {
  if (reported.has(owner.uid) || reported.size >= mostReported || !isLiving(owner, options.cluster.tkePresent()))
    return false;
  const { bindings, findings, markFindings } = owner;
  if (bindings.length === 0 || findings.length + markFindings.length > 0) return false;
  return bindings.every((binding) => {
    const state = stateFor(binding, options);
    return state?.phase === 'seen' && state.trouble === undefined && isServed(state, binding);
  });
}

function stateFor({ balancer }: Binding, { state }: LifecycleLoopOptions): BalancerState | undefined {
  return state.of(balancerIdOf(balancer) ?? '');
}

function factsOf(owner: OwnerView, options: LifecycleLoopOptions): OwnerFacts {
  const tkePresent = options.cluster.tkePresent();
  const released = provenBalancers(owner).filter((id) => isFreeOf(options.state.of(id), owner.uid));
  return {
    owner,
    tkePresent,
    wantedBalancers: wantedBalancers(owner, tkePresent),
    released: new Set(released),
    addresses: isLiving(owner, tkePresent) ? addressesOf(owner, options) : undefined,
  };
}

/**
 * Those of the CLBs on which a place of the owner stands. An address that is published stays until its successor
 * carries: clients would follow to where nothing answers yet.
 */
function addressesOf({ bindings, addresses }: OwnerView, options: LifecycleLoopOptions): readonly string[] | undefined {
  const usable = bindings.flatMap((binding) => {
    const state = stateFor(binding, options);
    if (state?.placed.has(bindingKey(binding)) !== true) return [];
    const own = state.observed?.addresses ?? [];
    const isPublished = own.some((address) => addresses.includes(address));
    return addresses.length === 0 || isPublished || isCarried(state, binding) ? own : [];
  });
  return usable.length === 0 ? undefined : [...new Set(usable)];
}
