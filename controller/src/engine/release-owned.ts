import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { ownedFindings } from '../core/findings/owned-findings.ts';
import { isInDoubt } from '../core/lifecycle/judge-owned.ts';
import { absenceAfter, type Absence } from '../core/model/absence.ts';
import { isGone, saysNo } from '../core/model/cloud-error.ts';
import { isProvenOurs, type OwnedBalancer } from '../core/model/owned-balancer.ts';
import { ownerKey } from '../core/model/owner.ts';
import { isHeld } from '../core/model/record.ts';
import { leaveOwned } from './leave-owned.ts';
import { deleteSpare, findOwned } from './make-owned.ts';
import { describeRecord, type OwnedLoopOptions } from './owned-context.ts';

const settled: Outcome = { kind: 'settled' };
const absentPauseMs = 15_000;

/** What the loop remembers of CLBs that are being deleted; losing it costs time. By UID of the owner. */
export interface Releases {
  readonly absences: Map<string, Absence>;
  /** The deletion was asked for: a CLB that is not found any more is gone. */
  readonly asked: Set<string>;
}

export interface Releasing {
  readonly releases: Releases;
  /** Tells the owner, if it is still there. */
  readonly tell: (finding: Finding) => void;
  /** Comes again after a pause that grows. */
  readonly later: () => Outcome;
}

/**
 * Deletes a CLB that was made for an owner which needs it no more, after its listeners. Only what tag and record prove
 * to be ours; never by force.
 */
export async function releaseOwned(
  record: OwnedBalancer,
  releasing: Releasing,
  options: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  if (record.balancerId === undefined) return releaseUnrecorded(record, releasing, options, signal);
  return releaseKnown(record, record.balancerId, releasing, { options, signal });
}

async function releaseKnown(
  record: OwnedBalancer,
  id: string,
  releasing: Releasing,
  { options, signal }: Run,
): Promise<Outcome> {
  if (hasPlaces(record, id, options)) return settled;
  if (record.isKept === true) return keepAsAsked(record, id, releasing, { options, signal });
  const { clb, clusterId } = options;
  const balancer = await clb.describeLoadBalancer(id, signal);
  if (balancer === undefined) return whileAbsent(record, releasing, options, signal);
  releasing.releases.absences.delete(record.owner.uid);
  const isOurs = record.isFound !== true && isProvenOurs(record, balancer.tags, clusterId);
  if (!isOurs) return keep(record, id, releasing, { options, signal });
  const guard = await guardOf(id, balancer.settings.deleteProtect === true, options, signal);
  if (guard !== undefined) {
    releasing.tell(guard);
    return releasing.later();
  }
  await deleteOne(record, id, releasing.releases, { options, signal });
  releasing.tell(ownedFindings.deleted(id));
  return drop(record, releasing, options, signal);
}

/** It is not released, or not any more: what was found out counts for no other time. */
export function forgetRelease({ owner: { uid } }: OwnedBalancer, { absences, asked }: Releases): void {
  absences.delete(uid);
  asked.delete(uid);
}

/** Its creation may not have come to an end, or its id may not be known. */
async function releaseUnrecorded(
  record: OwnedBalancer,
  releasing: Releasing,
  options: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = await findOwned(record, options, signal);
  if (found.kind === 'one') {
    for (const id of found.spare) await deleteSpare(id, options, signal);
    return releaseKnown(found.record, found.balancer.id, releasing, { options, signal });
  }
  if (found.kind === 'several') {
    releasing.tell(ownedFindings.ambiguous(found.ids));
    return releasing.later();
  }
  if (found.kind === 'undecided' || isInDoubt(record, options.nowMs()))
    return { kind: 'recheck', afterMs: absentPauseMs };
  return drop(record, releasing, options, signal);
}

/** Its listeners go first; the balancer loop takes them off. */
function hasPlaces({ owner }: OwnedBalancer, id: string, { cluster }: OwnedLoopOptions): boolean {
  const entries = cluster.recordEntriesOf(ownerKey(owner));
  return entries.some((entry) => entry.owner.uid === owner.uid && entry.balancerId === id && isHeld(entry));
}

/** A wrong REGION gives the same answer as a CLB that is gone, so that one answer proves nothing. */
async function whileAbsent(
  record: OwnedBalancer,
  releasing: Releasing,
  options: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { absences, asked } = releasing.releases;
  const { uid } = record.owner;
  const isKnown = options.state.of(record.balancerId ?? '')?.observed !== undefined;
  const before = { absence: absences.get(uid), isKnown };
  const absence = absenceAfter(before, options.monotonicMs(), options.absenceLimits);
  absences.set(uid, absence);
  if (asked.has(uid) || absence.isProven) return drop(record, releasing, options, signal);
  return { kind: 'recheck', afterMs: Math.min(absentPauseMs, options.absenceLimits.seenBeforeMs / 4) };
}

async function keepAsAsked(
  record: OwnedBalancer,
  id: string,
  { tell }: Releasing,
  { options, signal }: Run,
): Promise<Outcome> {
  options.log.info({ ...describeRecord(record), loadBalancer: id }, 'a CLB stays, as its object asked');
  tell(ownedFindings.keptAsAsked(record.owner, id));
  await leaveOwned({ ...record, balancerId: id }, options, signal);
  return settled;
}

interface Run {
  readonly options: OwnedLoopOptions;
  readonly signal: AbortSignal;
}

async function keep(
  record: OwnedBalancer,
  id: string,
  releasing: Releasing,
  { options, signal }: Run,
): Promise<Outcome> {
  options.log.warn({ ...describeRecord(record), loadBalancer: id }, 'a CLB stays, because it is not proven to be ours');
  releasing.tell(ownedFindings.kept(id));
  return drop(record, releasing, options, signal);
}

async function guardOf(
  id: string,
  isProtected: boolean,
  { clb }: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  if (isProtected) return ownedFindings.protectedFromDeletion(id);
  const listeners = await clb.describeListeners(id, signal);
  if (listeners.length === 0) return undefined;
  return ownedFindings.hasListeners(
    id,
    listeners.map((one) => `${one.id} (${one.protocol}/${one.port})`),
  );
}

/** One that the cloud refuses to delete stands, also while it is not shown. */
async function deleteOne(
  { owner: { uid } }: OwnedBalancer,
  id: string,
  { asked }: Releases,
  { options: { clb }, signal }: Run,
): Promise<void> {
  asked.add(uid);
  await clb.deleteLoadBalancer(id, signal).catch((error: unknown) => {
    if (saysNo(error)) asked.delete(uid);
    if (!isGone(error)) throw error;
  });
}

async function drop(
  record: OwnedBalancer,
  { releases }: Releasing,
  { ownedRecords, log }: OwnedLoopOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  await ownedRecords.remove(record, signal);
  forgetRelease(record, releases);
  log.info(describeRecord(record), 'nothing that was made for this object is left to delete');
  return settled;
}
