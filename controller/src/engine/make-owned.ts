import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { ownedFindings } from '../core/findings/owned-findings.ts';
import {
  isInDoubt,
  isLongAsked,
  judgeFound,
  nextGeneration,
  nextLookMs,
  recordToAsk,
  succeeded,
  type Found,
} from '../core/lifecycle/judge-owned.ts';
import type { TaggedBalancer } from '../core/model/clb-port.ts';
import { CloudError, saysNo } from '../core/model/cloud-error.ts';
import { clientToken, tagsOf, tagsOfOwner, type OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { NewBalancer, OwnerView } from '../core/model/owner-view.ts';
import { describeRecord, showUnmade, type OwnedLoopOptions } from './owned-context.ts';

const settled: Outcome = { kind: 'settled' };
const againLater: Outcome = { kind: 'recheck', afterMs: 60_000 };

/**
 * Brings about that the owner has its CLB. The record is written before anything is asked for, and the finalizer
 * stands: whoever leads next knows of it. Throws a CloudError when the cloud does not do it.
 */
export async function makeOwned(
  owner: OwnerView & { readonly newBalancer: NewBalancer },
  record: OwnedBalancer,
  options: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  if (record.balancerId !== undefined) return keepOwned(record, options, signal);
  if (!owner.hasFinalizer) return settled;
  const found = await findOwned(record, options, signal);
  if (found.kind === 'several') {
    showUnmade(owner, ownedFindings.ambiguous(found.ids), options);
    return againLater;
  }
  if (found.kind === 'undecided') return againSoon(record, options);
  if (found.kind === 'one') return takeFound(owner, found, { options, signal });
  const { wish, problem } = owner.newBalancer;
  if (problem !== undefined && !isInDoubt(record, options.nowMs())) {
    showUnmade(owner, problem, options);
    return record.former === undefined ? settled : againLater;
  }
  return ask(owner, recordToAsk(record, wish, options.nowMs()), options, signal);
}

export async function findOwned(
  record: OwnedBalancer,
  { clb, clusterId, nowMs }: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Found> {
  const all = await clb.findLoadBalancers(tagsOfOwner(clusterId, record.owner.uid), signal);
  return judgeFound(record, all, { clusterId, nowMs: nowMs() });
}

interface Run {
  readonly options: OwnedLoopOptions;
  readonly signal: AbortSignal;
}

async function takeFound(
  owner: OwnerView,
  { balancer, isProven, record, spare }: Extract<Found, { kind: 'one' }>,
  { options, signal }: Run,
): Promise<Outcome> {
  for (const id of spare) await deleteSpare(id, options, signal);
  const outcome = await take(owner, isProven ? record : { ...record, isFound: true }, balancer, { options, signal });
  if (balancer.usable) options.reporter.aboutOwner(owner, ownedFindings.foundAgain(balancer.id, isProven));
  return outcome;
}

/** Where the cloud refuses that, the owner is served all the same. */
export async function deleteSpare(id: string, { clb, log }: OwnedLoopOptions, signal: AbortSignal): Promise<void> {
  log.info({ loadBalancer: id }, 'a CLB is deleted that was made while the one of its object was hidden');
  await clb.deleteLoadBalancer(id, signal).catch((error: unknown) => {
    if (!saysNo(error)) throw error;
    log.warn({ loadBalancer: id, err: error }, 'it stays: delete it in the CLB console');
  });
}

function againSoon(record: OwnedBalancer, { times, nowMs }: OwnedLoopOptions): Outcome {
  return { kind: 'recheck', afterMs: nextLookMs(record, nowMs(), times) };
}

/** A record names a CLB from the moment that it can be used. */
async function take(
  owner: OwnerView,
  record: OwnedBalancer,
  { id, usable }: Pick<TaggedBalancer, 'id' | 'usable'>,
  { options, signal }: Run,
): Promise<Outcome> {
  if (!usable) {
    const isLong = isLongAsked(record, options.nowMs());
    showUnmade(owner, isLong ? ownedFindings.creatingLong(id) : ownedFindings.creating(), options);
    return againSoon(record, options);
  }
  const written = await options.ownedRecords.put({ ...record, balancerId: id, former: undefined }, signal);
  options.log.info(describeRecord(written), 'a CLB was made for an object');
  showUnmade(owner, undefined, options);
  return settled;
}

async function ask(
  owner: OwnerView,
  record: OwnedBalancer,
  options: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { clb, ownedRecords, clusterId, vpcId, nowMs } = options;
  const asked = await ownedRecords.put({ ...record, askedAtMs: nowMs() }, signal);
  showUnmade(owner, ownedFindings.creating(), options);
  const wanted = { owner: asked.owner, wish: asked.wish, vpcId, tags: tagsOf(asked, clusterId) };
  const id = await clb.createLoadBalancer(wanted, clientToken(asked), signal).catch(async (error: unknown) => {
    await noteRefusal(asked, { error, before: record }, options, signal);
    throw error;
  });
  const answer = await clb.describeLoadBalancer(id, signal);
  if (answer === undefined) await noteUnseen(asked, record, options, signal);
  if (answer?.usable !== true) return againSoon(asked, options);
  const outcome = await take(owner, asked, answer, { options, signal });
  options.reporter.aboutOwner(owner, ownedFindings.created(id));
  return outcome;
}

/** Perhaps it does not show yet; but the token may stand for one that was deleted meanwhile. */
async function noteUnseen(
  asked: OwnedBalancer,
  before: OwnedBalancer,
  { ownedRecords, nowMs }: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<void> {
  if (before.askedAtMs === undefined) return;
  const isSpent = !isInDoubt(before, nowMs());
  await ownedRecords.put(isSpent ? nextGeneration(asked) : { ...asked, askedAtMs: before.askedAtMs }, signal);
}

interface Refusal {
  readonly error: unknown;
  /** As it was before this try: of an earlier one a CLB may still be on its way. */
  readonly before: OwnedBalancer;
}

/** Where the cloud says no, nothing of this try exists, and nothing waits for it. A failed task spends its token. */
async function noteRefusal(
  asked: OwnedBalancer,
  { error, before }: Refusal,
  { ownedRecords }: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<void> {
  if (!(error instanceof CloudError)) return;
  if (error.code === 'TaskFailed') await ownedRecords.put(nextGeneration(asked), signal);
  else if (saysNo(error)) await ownedRecords.put({ ...asked, askedAtMs: before.askedAtMs }, signal);
}

/** One that was deleted by hand is made again, once it is proven that it is gone. */
async function keepOwned(record: OwnedBalancer, options: OwnedLoopOptions, signal: AbortSignal): Promise<Outcome> {
  const state = options.state.of(record.balancerId ?? '');
  if (state?.absence?.isProven !== true) return settled;
  const found = await findOwned(record, options, signal);
  // It is back; a copy of it has another id.
  if (found.kind === 'one' && found.balancer.id === record.balancerId) return againLater;
  options.log.warn(describeRecord(record), 'a CLB that was made for an object is gone; another one is made');
  await options.ownedRecords.put(succeeded(record, options.newProof()), signal);
  return settled;
}
