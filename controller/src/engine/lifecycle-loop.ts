import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { judgeCondition } from '../core/findings/owner-condition.ts';
import { inClusterAccess } from '../core/findings/in-cluster-access.ts';
import { ensured, ownerFindings, recordFull } from '../core/findings/owner-findings.ts';
import { judgeOwner, type OwnerFacts } from '../core/lifecycle/judge-owner.ts';
import { judgeRecord, type RecordPlan, type RecordWrite } from '../core/lifecycle/judge-record.ts';
import { stateKeyOf } from '../core/model/balancer-ref.ts';
import { isCarried, isFreeOf, isServed, type BalancerState } from '../core/model/balancer-state.ts';
import { bindingKey, type Binding } from '../core/model/binding.ts';
import type { ClusterView, ConfigWriter, OwnerWriter, RecordWriter, Reporter } from '../core/model/cluster-port.ts';
import { isLetGo, isLiving, isWorkedFor, wantedBalancers, type OwnerView } from '../core/model/owner-view.ts';
import { keepAutoConfig } from './auto-config.ts';
import { podsBehind, type Limits } from './facts.ts';
import type { ObservedState } from './observed-state.ts';
import { createRewrites, type Rewrites } from './rewrites.ts';
import { showOwner } from './show-owner.ts';

export interface LifecycleLoopOptions {
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly owners: OwnerWriter;
  readonly records: RecordWriter;
  readonly configs: ConfigWriter;
  readonly limits: Pick<Limits, 'checksFromProbes'>;
  readonly reporter: Reporter;
  /** By the API server's clock. */
  readonly nowMs: () => number;
}

/** Most owners that get the event LoadBalancerEnsured after a start: more at once would hide other events. */
const mostReported = 200;

/**
 * Reconciles one owner: its records, its finalizer, its address, and what its author should know. Of an object that is
 * gone only the records are left.
 */
export function createLifecycleLoop(
  options: LifecycleLoopOptions,
): (key: string, signal: AbortSignal) => Promise<Outcome> {
  const context = { ...options, reported: new Set<string>(), rewrites: createRewrites(options.nowMs) };
  return async (key, signal) => {
    const owner = options.cluster.owner(key);
    const plan = judgeRecord(recordFactsOf(key, owner, options));
    const shownInMs = owner === undefined ? undefined : await reconcile(owner, plan, context, signal);
    if (owner === undefined) await writeAll(plan.writes, options, signal);
    const dues = [plan.dueInMs, shownInMs].filter((due) => due !== undefined);
    return dues.length === 0 ? { kind: 'settled' } : { kind: 'recheck', afterMs: Math.min(...dues) };
  };
}

interface LifecycleContext extends LifecycleLoopOptions {
  /** UIDs of the owners that were reported as served. */
  readonly reported: Set<string>;
  readonly rewrites: Rewrites;
}

/**
 * The address is withdrawn before what it leads to is let go. Returns how long that waits which other writers would
 * undo.
 */
async function reconcile(
  owner: OwnerView,
  plan: RecordPlan,
  context: LifecycleContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { cluster, owners, reporter, reported } = context;
  const findings = [...ownerFindings(owner, cluster.tkePresent()), ...accessFindings(owner, context)];
  for (const finding of [...findings, ...plan.full.map((id) => recordFull(owner, id))])
    reporter.aboutOwner(owner, finding);
  const { shown, addresses } = judgeOwner(factsOf(owner, plan, context));
  if (addresses !== undefined) await owners.publishAddresses(owner, addresses, signal);
  await writeAll(plan.writes, context, signal);
  const shownInMs = await showOwner(owner, shown, context, signal);
  const isNews = addresses !== undefined && addresses.length > 0;
  if (isNews || isFirstGood(owner, reported, context)) {
    if (reported.size < mostReported) reported.add(owner.uid);
    reporter.aboutOwner(owner, ensured(owner, addresses ?? owner.addresses));
  }
  await showCondition(owner, context, signal);
  await keepAutoConfig(owner, context, signal);
  return shownInMs;
}

function accessFindings(owner: OwnerView, context: LifecycleContext): readonly Finding[] {
  if (!isLiving(owner, context.cluster.tkePresent())) return [];
  const isInternal = owner.bindings.some((binding) => stateFor(binding, context)?.observed?.isInternal === true);
  return inClusterAccess(owner, isInternal);
}

async function writeAll(
  writes: readonly RecordWrite[],
  { records }: Pick<LifecycleLoopOptions, 'records'>,
  signal: AbortSignal,
): Promise<void> {
  for (const write of writes) {
    if (write.kind === 'put') await records.put(write.balancerId, write.owner, signal);
    else await records.remove(write.balancerId, write.uid, signal);
  }
}

function recordFactsOf(key: string, owner: OwnerView | undefined, options: LifecycleLoopOptions) {
  const { cluster, state, nowMs } = options;
  return {
    owner,
    isLetGo: owner !== undefined && isLetGo(owner, cluster.tkePresent()),
    entries: cluster.recordEntriesOf(key),
    wanted: owner === undefined ? [] : placesKeptOn(owner, cluster.tkePresent()),
    stateOf: (id: string) => state.of(id),
    standingOn: owner === undefined ? [] : state.balancersOf(owner.uid),
    recordOf: (id: string) => cluster.recordOf(id),
    nowMs: nowMs(),
  };
}

/** The CLB that it had stays recorded until another one is made: it may show again, and only this says what is its. */
function placesKeptOn(owner: OwnerView, tkePresent: boolean): readonly string[] {
  const former = isWorkedFor(owner, tkePresent) && owner.newBalancer !== undefined ? owner.owned?.former : undefined;
  const wanted = wantedBalancers(owner, tkePresent);
  return former === undefined ? wanted : [...wanted, former.balancerId];
}

/** Late, so that little waits for it. An owner that was released is seen for as long as it has the condition. */
async function showCondition(owner: OwnerView, options: LifecycleLoopOptions, signal: AbortSignal): Promise<void> {
  const { cluster, owners } = options;
  const verdict = judgeCondition({
    owner,
    tkePresent: cluster.tkePresent(),
    stateOf: (binding) => stateFor(binding, options),
    podsOf: podsBehind(cluster),
    reach: cluster.reachRules(),
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
  return state.of(stateKeyOf(balancer));
}

function factsOf(owner: OwnerView, { heldBalancers }: RecordPlan, options: LifecycleLoopOptions): OwnerFacts {
  const tkePresent = options.cluster.tkePresent();
  const isGoing = isLetGo(owner, tkePresent);
  const released = owner.unprovenBalancers.filter((id) => isGoing || isFreeOf(options.state.of(id), owner.uid));
  return {
    owner,
    tkePresent,
    heldBalancers,
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
