import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { loadBalancerAbsent } from '../core/findings/load-balancer-absent.ts';
import { absenceAfter, proofMs, type Absence } from '../core/model/absence.ts';
import { unseen } from '../core/model/balancer-state.ts';
import { notFound } from '../core/model/cloud-trouble.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import type { Scope } from '../core/plan/scope.ts';
import { isRecordedOn, report, showTrouble, type BalancerContext } from './balancer-context.ts';

/**
 * The look found no such CLB. What is recorded there counts until that is proven, and may carry traffic: it is looked
 * for again soon, and for each change of its pods.
 */
export function absent(id: string, scope: Scope, loop: BalancerContext): Outcome {
  const { state, region, absenceLimits, nowMs, log } = loop;
  const before = state.of(id);
  const isKnown = before?.observed !== undefined;
  const absence = absenceAfter({ absence: before?.absence, isKnown }, nowMs(), absenceLimits);
  const lastsMs = proofMs(absence, absenceLimits);
  state.set({ ...unseen(id), phase: 'absent', absence }, state.memoryOf(id));
  const leaving = scope.owners.filter(({ uid }) => scope.releases.has(uid));
  const findings = leaving.map((owner) => {
    return { owner, finding: loadBalancerAbsent(owner, { balancerId: id, region, absence, proofMs: lastsMs }) };
  });
  report(findings, loop);
  if (leaving.length > 0 && absence.isProven) {
    const owners = leaving.map(({ key, uid }) => `${key} ${uid}`);
    log.warn({ loadBalancer: id, owners }, 'the CLB was not found for so long that it counts as deleted');
  }
  showTrouble(id, scope, notFound(id, region), loop);
  const pauseMs = pauseMsFor(id, absence, loop);
  const leftMs = Math.max(0, absence.sinceMs + lastsMs - nowMs());
  const isAwaited = !absence.isProven && (leaving.length > 0 || scope.owners.some((one) => mayBeThere(one, id)));
  return { kind: 'recheck', afterMs: isAwaited ? Math.min(pauseMs, leftMs) : pauseMs };
}

function pauseMsFor(id: string, { isProven, wasSeen, answers }: Absence, loop: BalancerContext): number {
  const mayCarry = !isProven && (wasSeen || isRecordedOn(id, loop));
  return mayCarry ? pauseAfter('gone', answers, 1) : loop.pauses.failed(id, Math.random());
}

/** An install without records may have left something there; or it was made for the owner, and is made again. */
function mayBeThere({ unprovenBalancers, owned }: OwnerView, id: string): boolean {
  return unprovenBalancers.includes(id) || owned?.balancerId === id;
}
