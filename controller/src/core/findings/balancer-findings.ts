import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { bindingKey, claimKey, type Binding } from '../model/binding.ts';
import type { Owner } from '../model/owner.ts';
import { isKind, type CreateListener } from '../model/step.ts';
import { listenerAdopted } from '../plan/adopted-by.ts';
import type { Claim } from '../plan/facts.ts';
import { keptListener } from '../plan/kept-listener.ts';
import { missingKey, type MissingListeners } from '../plan/missing-listeners.ts';
import type { Scope } from '../plan/scope.ts';
import { anyStatusAccepted } from './any-status-accepted.ts';
import { checkFromProbe } from './check-from-probe.ts';
import { checkRestarted } from './check-restarted.ts';
import { conflictFindings } from './conflict-findings.ts';
import { malformedWeights } from './custom-weights.ts';
import { distinctSelections } from './distinct-selections.ts';
import type { Judged, OwnerFinding } from './judged.ts';
import { lastTargetsKept } from './last-targets-kept.ts';
import { listenerHandedOver } from './listener-handed-over.ts';
import { listenerMissing, listenerRestored } from './listener-missing.ts';
import { listenersReplaced } from './listener-replaced.ts';
import { listenerRenamed } from './listener-renamed.ts';
import { loadBalancerMoving } from './load-balancer-moving.ts';
import { noPodFits } from './no-pod-fits.ts';
import { otherVpc } from './other-vpc.ts';
import { podsNotBound } from './pods-not-bound.ts';
import { quotaFindings } from './quota-findings.ts';
import { redirectByHand } from './redirect-by-hand.ts';
import { refusedPlaces } from './refused-places.ts';
import { rulesByHand } from './rules-by-hand.ts';
import { removalWithheld } from './removal-withheld.ts';
import { settingsOfOthers } from './settings-of-others.ts';
import { snatProOff } from './snat-pro-off.ts';
import { targetConflicts } from './target-conflict.ts';
import { targetsWithoutGate } from './targets-without-gate.ts';

/** What the owners on one CLB should know, before anything is changed. */
export function balancerFindings(judged: Judged): readonly OwnerFinding[] {
  const { scope, plan, observed, vpcId } = judged;
  const claimants = scope.claims.map(({ owner }) => owner);
  return [
    ...about(claimants, otherVpc(observed, vpcId)),
    ...conflictFindings(plan.conflicts),
    ...scope.owners.flatMap((owner) => about([owner], removalWithheld(owner, plan, observed))),
    ...scope.owners.flatMap((owner) => about([owner], lastTargetsKept(owner, plan, observed))),
    ...scope.claims.flatMap((claim) => claimFindings(claim, judged)),
    ...targetConflicts(plan.taken),
    ...missingFindings(judged),
    ...quotaFindings(judged),
    ...plan.moves.flatMap((move) => about([move.owner], loadBalancerMoving(move, observed.id))),
    ...plan.redirectsInTheWay.flatMap((one) =>
      about(
        scope.owners.filter(({ uid }) => one.owners.includes(uid)),
        redirectByHand(one, observed.id),
      ),
    ),
    ...rulesByHand(judged),
    ...nameFindings(judged),
    ...keptFindings(judged),
    ...listenersReplaced(plan, observed.id).flatMap(({ owners, finding }) =>
      about(
        scope.owners.filter(({ uid }) => owners.includes(uid)),
        finding,
      ),
    ),
  ];
}

export function about(owners: readonly OwnerFinding['owner'][], finding: Finding | undefined): readonly OwnerFinding[] {
  return finding === undefined ? [] : owners.map((owner) => ({ owner, finding }));
}

function claimFindings(
  { owner, bindings }: Claim,
  { plan, observed, podsOf, rules, gate }: Judged,
): readonly OwnerFinding[] {
  const placed = new Set(plan.bound.map(({ binding }) => bindingKey(binding)));
  const standing = bindings.filter((binding: Binding) => placed.has(bindingKey(binding)));
  const selecting = distinctSelections(bindings, podsOf);
  const bound = plan.bound.filter(({ binding }) => binding.owner.uid === owner.uid);
  return [
    ...bound.flatMap(({ backends }) => (backends.findings ?? []).map((finding) => ({ owner, finding }))),
    ...about([owner], anyStatusAccepted(owner, bound)),
    ...about([owner], settingsOfOthers({ owner, bindings }, plan.desired)),
    ...about([owner], checkRestarted(owner.uid, plan.steps, observed)),
    ...checkFromProbe(bound).map((finding) => ({ owner, finding })),
    ...about([owner], noPodFits(selecting, podsOf, rules)),
    ...podsNotBound(selecting, podsOf, rules).map((finding) => ({ owner, finding })),
    ...about([owner], malformedWeights(selecting, podsOf)),
    ...about([owner], snatProOff(standing, { podsOf, rules }, observed)),
    ...about([owner], targetsWithoutGate(standing, { podsOf, rules }, gate)),
  ];
}

function missingFindings({ scope, plan, missing, observed }: Judged): readonly OwnerFinding[] {
  return plan.steps.filter(isKind('create-listener')).flatMap((step) => {
    const listenerId = missing.get(missingKey(step));
    const finding = listenerId === undefined ? undefined : listenerMissing(step, listenerId, observed.id);
    return about(ownersOf(step, scope), finding);
  });
}

function nameFindings({ scope, plan, observed }: Judged): readonly OwnerFinding[] {
  return plan.steps.filter(isKind('modify-listener')).flatMap((step) => {
    const handOver = listenerHandedOver(step, observed, scope);
    const owners = scope.owners.filter(({ uid }) => step.owners.includes(uid));
    return [
      ...(handOver === undefined ? [] : about(handOver.owners, handOver.finding)),
      ...about(owners, listenerAdopted(step, observed)),
      ...about(owners, listenerRenamed(step, observed)),
    ];
  });
}

function keptFindings({ scope, plan, observed }: Judged): readonly OwnerFinding[] {
  return plan.replaced.flatMap((replaced) => {
    const owners = scope.owners.filter(({ uid }) => uid === replaced.ownerUid);
    return about(owners, keptListener(replaced, observed.id));
  });
}

/** That listeners which were deleted by hand stand again. */
export function restoredFindings(
  done: readonly CreateListener[],
  missing: MissingListeners,
  { scope, balancerId }: { readonly scope: Scope; readonly balancerId: string },
): readonly OwnerFinding[] {
  const restored = done.filter((step) => missing.has(missingKey(step)));
  return restored.flatMap((step) => about(ownersOf(step, scope), listenerRestored(step, balancerId)));
}

/** A refused place concerns the owner that wants it and the gates behind it, and no other owner on the CLB. */
export function refusedFindings(scope: Scope, obstacles: ReadonlyMap<string, Finding>): readonly OwnerFinding[] {
  return scope.claims.flatMap(({ owner, bindings }) =>
    refusedPlaces(bindings, ({ place }) => obstacles.get(claimKey(owner.uid, place))).map((finding) => ({
      owner,
      finding,
    })),
  );
}

function ownersOf({ owners }: CreateListener, { claims }: Scope): readonly Owner[] {
  return claims.map(({ owner }) => owner).filter(({ uid }) => owners.includes(uid));
}
