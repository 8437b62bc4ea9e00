import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { ownedFindings } from '../core/findings/owned-findings.ts';
import { ownedIntent } from '../core/lifecycle/judge-owned.ts';
import { unmadeKey } from '../core/model/balancer-ref.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import { cloudTrouble } from '../core/model/cloud-trouble.ts';
import { tagsOfOwner, type OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { NewBalancer, OwnerView } from '../core/model/owner-view.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { leaveOwned } from './leave-owned.ts';
import { makeOwned } from './make-owned.ts';
import { showUnmade, type OwnedLoopOptions } from './owned-context.ts';
import { forgetRelease, releaseOwned, type Releases } from './release-owned.ts';

const settled: Outcome = { kind: 'settled' };

/** One owner's CLB that was tried in vain. */
interface Pause {
  readonly failures: number;
  readonly untilMs: number;
  /** What was wanted then: another wish is tried at once. */
  readonly wish: string;
}

interface OwnedContext extends OwnedLoopOptions {
  /** By UID. */
  readonly pauses: Map<string, Pause>;
  readonly releases: Releases;
  /** By UID of owners whose record is being written, or has not come back by the watch: their namespace. */
  readonly begun: Map<string, string>;
  /** By ownerKey: UIDs of owners of which it may be shown why they have no CLB. */
  readonly unmade: Map<string, string>;
  /** By ownerKey: UIDs of owners that may have no CLB made, and of which none with their tags was found. */
  readonly sought: Map<string, string>;
}

/** Reconciles the CLBs that are or were made for the owners of one ownerKey. */
export function createOwnedLoop(
  options: OwnedLoopOptions,
): (key: string, signal: AbortSignal, flow: Flow) => Promise<Outcome> {
  const releases = { absences: new Map(), asked: new Set<string>() };
  const kept = { pauses: new Map(), begun: new Map(), unmade: new Map(), sought: new Map(), releases };
  return async (key, signal, flow) => {
    const context: OwnedContext = { ...options, ...kept, clb: options.clb.inFlow(flow) };
    const owner = options.cluster.owner(key);
    const records = options.cluster.ownedOf(key);
    forgetUnmade(key, owner, context);
    const outcomes: Outcome[] = [];
    for (const record of records) kept.begun.delete(record.owner.uid);
    for (const record of records) outcomes.push(await unlessPaused(owner, record, context, signal));
    const hasRecord = records.some((record) => record.owner.uid === owner?.uid);
    if (owner !== undefined && !hasRecord) await begin(owner, context, signal);
    return soonest(outcomes);
  };
}

/** Nobody reads it any more. */
function forgetUnmade(key: string, owner: OwnerView | undefined, { unmade, sought, state }: OwnedContext): void {
  const [before, now] = [unmade.get(key), owner?.newBalancer && owner.uid];
  if (before !== undefined && before !== now) state.forget(unmadeKey({ uid: before }));
  if (now === undefined) for (const kept of [unmade, sought]) kept.delete(key);
  else unmade.set(key, now);
}

function soonest(outcomes: readonly Outcome[]): Outcome {
  const waits = outcomes.flatMap((outcome) => (outcome.kind === 'recheck' ? outcome.afterMs : []));
  return waits.length === 0 ? settled : { kind: 'recheck', afterMs: Math.min(...waits) };
}

/** The record comes first; it is what the finalizer stands for, and nothing is asked for before both are there. */
async function begin(owner: OwnerView, context: OwnedContext, signal: AbortSignal): Promise<void> {
  const { newBalancer } = owner;
  if (newBalancer === undefined || ownedIntent(owner, undefined, context.cluster.tkePresent()) !== 'make') return;
  const obstacle = newBalancer.problem ?? whyNot(owner, newBalancer, context);
  if (obstacle !== undefined && !(await hasOne(owner, obstacle, context, signal))) {
    showUnmade(owner, obstacle, context);
    return;
  }
  const { namespace, uid } = owner;
  // Others of the namespace may begin while this is written.
  context.begun.set(uid, namespace);
  await context.ownedRecords.put(firstRecord(owner, newBalancer, context), signal).catch((error: unknown) => {
    context.begun.delete(uid);
    throw error;
  });
}

/**
 * What may not be made now may have been made before, and its record was lost. Nobody else gives a CLB these tags
 * later, so one look is enough.
 */
async function hasOne(
  owner: OwnerView,
  obstacle: Finding,
  context: OwnedContext,
  signal: AbortSignal,
): Promise<boolean> {
  const { clb, clusterId, sought } = context;
  const { key, uid } = owner;
  if (sought.get(key) === uid) return false;
  const found = await clb.findLoadBalancers(tagsOfOwner(clusterId, uid), signal).catch((error: unknown) => {
    showUnmade(owner, obstacle, context);
    throw error;
  });
  if (found.length === 0) sought.set(key, uid);
  return found.length > 0;
}

/** An owner that has left its CLB, and wants one again, comes back to it. */
function firstRecord(owner: OwnerView, { wish }: NewBalancer, { cluster, newProof }: OwnedContext): OwnedBalancer {
  const { kind, namespace, name, uid } = owner;
  const left = [...cluster.leftBalancers()].find((one) => one.owner.uid === uid);
  if (left !== undefined) return { ...left, isLeft: undefined };
  const fresh = { proof: newProof(), generation: 1, askedAtMs: undefined, balancerId: undefined, version: '' };
  return { owner: { kind, namespace, name, uid }, wish, ...fresh };
}

function whyNot(owner: OwnerView, { wish }: NewBalancer, { creation, cluster, begun }: OwnedContext) {
  const { kinds, mostPerNamespace } = creation;
  if (kinds === 'none' || (kinds === 'private' && wish.type !== 'INTERNAL'))
    return ownedFindings.mayNotBeMade(owner, kinds);
  const all = [...cluster.ownedBalancers(), ...cluster.leftBalancers()].filter((one) => one.owner.uid !== owner.uid);
  const own = all.filter((one) => one.owner.namespace === owner.namespace);
  const uids = new Set(own.map((one) => one.owner.uid));
  const coming = [...begun].filter(([uid, namespace]) => namespace === owner.namespace && !uids.has(uid));
  const count = uids.size + coming.length;
  return count >= mostPerNamespace ? ownedFindings.limitReached(owner, mostPerNamespace) : undefined;
}

/** Our own writes and conditions come back as changes: they shorten no pause. */
async function unlessPaused(
  owner: OwnerView | undefined,
  record: OwnedBalancer,
  context: OwnedContext,
  signal: AbortSignal,
): Promise<Outcome> {
  const { uid } = record.owner;
  const wish = JSON.stringify([ownedIntent(owner, record, context.cluster.tkePresent()), owner?.newBalancer]);
  const pause = context.pauses.get(uid);
  const leftMs = (pause?.wish === wish ? pause.untilMs : 0) - context.monotonicMs();
  if (leftMs > 0) return { kind: 'recheck', afterMs: leftMs };
  const failed = (error: CloudError | undefined) => pauseFor(uid, wish, error, context);
  try {
    const outcome = await reconcile(owner, record, { ...context, later: () => failed(undefined) }, signal);
    if (outcome.kind === 'settled') context.pauses.delete(uid);
    return outcome;
  } catch (error) {
    if (!(error instanceof CloudError) || signal.aborted) throw error;
    tellFailure(owner, record, error, context);
    return failed(error);
  }
}

function pauseFor(uid: string, wish: string, error: CloudError | undefined, context: OwnedContext): Outcome {
  const { pauses, monotonicMs, times } = context;
  const before = pauses.get(uid);
  const failures = (before?.wish === wish ? before.failures : 0) + 1;
  const kind = error?.kind ?? 'refused';
  const passes = kind === 'busy' || kind === 'throttled' || kind === 'transient';
  const afterMs = passes
    ? pauseAfter(kind, failures, 1)
    : Math.min(times.mostMs, times.firstMs * 2 ** Math.min(failures - 1, 10));
  pauses.set(uid, { failures, wish, untilMs: monotonicMs() + afterMs });
  return { kind: 'recheck', afterMs };
}

function tellFailure(
  owner: OwnerView | undefined,
  record: OwnedBalancer,
  error: CloudError,
  context: OwnedContext,
): void {
  const { uid } = record.owner;
  context.log.debug({ owner: record.owner, err: error }, 'the CLB of an object was not made or deleted');
  if (owner?.uid !== uid) return;
  const isMaking = ownedIntent(owner, record, context.cluster.tkePresent()) === 'make';
  if (isMaking && record.balancerId === undefined) showUnmade(owner, cloudTrouble(error), context);
  else context.reporter.aboutOwner(owner, ownedFindings.refusesDeletion(record.balancerId ?? '', error.message));
}

interface Reconciling extends OwnedContext {
  readonly later: () => Outcome;
}

async function reconcile(
  owner: OwnerView | undefined,
  record: OwnedBalancer,
  context: Reconciling,
  signal: AbortSignal,
): Promise<Outcome> {
  const { newBalancer } = owner ?? {};
  const intent = ownedIntent(owner, record, context.cluster.tkePresent());
  if (intent !== 'release') forgetRelease(record, context.releases);
  switch (intent) {
    case 'make':
      return owner === undefined || newBalancer === undefined
        ? settled
        : makeOwned(
            { ...owner, newBalancer: allowed(owner, newBalancer, record, context) },
            await noted(asSaid(owner, record), record, context, signal),
            context,
            signal,
          );
    case 'leave':
      await noted(asSaid(owner, record), record, context, signal);
      return settled;
    case 'forget':
      await leaveOwned(record, context, signal);
      return settled;
    case 'release':
      return release(owner, asSaid(owner, record), context, signal);
  }
}

/** One that was never asked for is asked for only if it may be made: its record may stand for one that was found. */
function allowed(
  owner: OwnerView,
  newBalancer: NewBalancer,
  { balancerId, generation, askedAtMs }: OwnedBalancer,
  context: OwnedContext,
): NewBalancer {
  const isNew = balancerId === undefined && generation === 1 && askedAtMs === undefined;
  return isNew ? { ...newBalancer, problem: newBalancer.problem ?? whyNot(owner, newBalancer, context) } : newBalancer;
}

/** With what its owner says now; one that is gone said it before. */
function asSaid(owner: OwnerView | undefined, record: OwnedBalancer): OwnedBalancer {
  if (owner === undefined || owner.isGone === true || owner.uid !== record.owner.uid) return record;
  return { ...record, isKept: owner.keepsBalancer === true ? true : undefined };
}

/** Written while the owner lives: it can be gone before anybody reads it again. */
async function noted(
  now: OwnedBalancer,
  before: OwnedBalancer,
  { ownedRecords }: OwnedContext,
  signal: AbortSignal,
): Promise<OwnedBalancer> {
  return now.isKept === before.isKept ? before : ownedRecords.put(now, signal);
}

async function release(
  owner: OwnerView | undefined,
  record: OwnedBalancer,
  context: Reconciling,
  signal: AbortSignal,
): Promise<Outcome> {
  const { releases, later, reporter, state } = context;
  const present = owner?.uid === record.owner.uid ? owner : undefined;
  state.forget(unmadeKey(record.owner));
  const tell = (finding: Finding) => {
    if (present !== undefined) reporter.aboutOwner(present, finding);
  };
  return releaseOwned(record, { releases, later, tell }, context, signal);
}
