import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { applySteps } from '../model/apply-step.ts';
import { bindingKey, claimKey } from '../model/binding.ts';
import { withTargets, type ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey, type RulePlace } from '../model/place.ts';
import type { Step, StepOf } from '../model/step.ts';
import { addressKey, targetKey } from '../model/target.ts';
import type { BalancerState, PlacedBinding } from '../model/balancer-state.ts';
import { cloudTrouble } from '../model/cloud-trouble.ts';
import { placesBeingAdopted } from './adopted-by.ts';
import { obstaclesOfKept, rulesToKeep } from './kept-listener.ts';
import { needsNoTarget } from './carrying.ts';
import { backendIdOf, type Memory, type RefusedStep } from './memory.ts';
import type { BoundTargets, Plan } from './plan.ts';
import { refOf } from './plan-targets.ts';
import { refusedWishes } from './recorded-refusals.ts';
import { ownersOfCreations, rulesOfCreations } from './unsettled-creations.ts';
import { sessionsInDoubt } from './sessions-in-doubt.ts';
import { placesWithoutRoom, targetsWithoutRoom } from './quota-obstacles.ts';
import { holdersOn, ruleHolders } from './rule-holders.ts';

/**
 * What a look and the plan made from it look like to the other loops. What the plan takes away is gone already, so
 * that no gate opens on it; an owner whose place the plan makes has one already, so that it is not released.
 */
export function stateFromPlan(observed: ObservedLoadBalancer, plan: Plan, memory: Memory): BalancerState {
  const takes = plan.steps.filter(takesAway);
  const lessened = applySteps(withBackendIds(observed, memory), takes, () => '') ?? observed;
  return {
    id: observed.id,
    phase: 'seen',
    absence: undefined,
    observed: lessened,
    unconfirmed: new Set(takes.map(({ target }) => targetKey(target))),
    placed: placedBy(plan),
    obstacles: new Map([
      ...conflictsOf(plan),
      ...refusalsOf(memory.refused),
      ...placesWithoutRoom(plan, observed),
      ...obstaclesOfKept(plan.replaced, observed.id),
      ...placesBeingAdopted(plan, observed),
    ]),
    givenWay: plan.givenWay,
    withoutRoom: targetsWithoutRoom(plan),
    ownerUids: new Set([
      ...holdersOn(observed, plan.bound, plan.steps),
      ...plan.used.keys(),
      ...plan.steps.filter(givesPlace).flatMap(({ owners }) => owners),
      ...ownersOfCreations(memory.unsettledCreations),
    ]),
    used: plan.used,
    verdicts: plan.verdicts,
    admitted: plan.admitted,
    rulesInDoubt: new Set(
      [
        ...[...plan.steps.filter(makesOrDeletesRule), ...rulesToKeep(plan.replaced)].map(({ place }) => place),
        ...rulesOfCreations(memory.unsettledCreations),
      ].map(placeKey),
    ),
    ruleHolders: ruleHolders(plan.bound),
    sessionsInDoubt: sessionsInDoubt(plan, observed, memory),
    passingRules: passingRules(plan),
    refusedWishes: refusedWishes(plan.replaced),
    kept: plan.moves.flatMap(({ claim, keepMs }) => claim.bindings.map((binding) => ({ binding, keepMs }))),
    refusedTargets: refusedTargets(memory.refused),
    withheldRemovals: new Set(plan.withheld.map(targetKey)).difference(new Set(plan.awaited.map(targetKey))).size,
    waitsForHealth: plan.waitsForHealth,
    trouble: undefined,
  };
}

function takesAway(step: Step): step is StepOf<'deregister' | 'set-weight'> {
  return step.kind === 'deregister' || (step.kind === 'set-weight' && step.weight === 0);
}

function makesOrDeletesRule(step: Step): step is StepOf<'create-rule' | 'delete-rule'> {
  return step.kind === 'create-rule' || step.kind === 'delete-rule';
}

/** It makes a place for its owners, or renames one to them. */
function givesPlace(step: Step): boolean {
  if (step.kind === 'create-listener' || step.kind === 'create-rule') return true;
  return step.kind === 'modify-listener' && step.name !== undefined;
}

/** What the done steps changed, until the next look shows it. What was created has no id yet and is left out. */
export function stateAfterSteps(state: BalancerState, done: readonly Step[]): BalancerState {
  const known = done.filter(({ kind }) => kind !== 'create-listener' && kind !== 'create-rule');
  const confirmed = new Set(done.filter(takesAway).map(({ target }) => targetKey(target)));
  const unconfirmed = new Set([...state.unconfirmed].filter((key) => !confirmed.has(key)));
  return { ...state, observed: applySteps(state.observed, known, () => ''), unconfirmed };
}

/** The tag of each target becomes the backend that it was registered for, as far as that is known. */
function withBackendIds(observed: ObservedLoadBalancer, memory: Memory): ObservedLoadBalancer {
  return withTargets(observed, (id, targets) => {
    const known = [...targets.values()].map((target) => ({
      ...target,
      tag: backendIdOf({ ...id, ...target }, memory),
    }));
    return new Map(known.map((target) => [addressKey(target), target]));
  });
}

function placedBy({ bound, standIns }: Plan): ReadonlyMap<string, PlacedBinding> {
  const own = new Map(bound.map((one) => [bindingKey(one.binding), toPlaced(one)]));
  const instead = [...standIns].flatMap(([key, some]) => {
    const bindings = some.map(({ binding }) => binding);
    return some.slice(0, 1).map((one) => [key, { ...(own.get(key) ?? toPlaced(one)), standIns: bindings }] as const);
  });
  return new Map([...own, ...instead]);
}

function toPlaced({ id, wanted, binding, backends }: BoundTargets): PlacedBinding {
  const needsTarget = binding.redirect === undefined && !needsNoTarget(backends);
  return { id, wanted: wanted.filter(({ backend }) => backend.weight > 0).map(refOf), needsTarget };
}

function conflictsOf({ conflicts }: Plan): readonly (readonly [string, Finding])[] {
  return conflicts.map(({ binding, finding }) => [bindingKey(binding), finding]);
}

/** Why places do not stand that the CLB refused to make, by bindingKey. */
export function refusalsOf(refused: readonly RefusedStep[]): ReadonlyMap<string, Finding> {
  const found = refused.flatMap(({ step, error }) => {
    if (step.kind !== 'create-listener' && step.kind !== 'create-rule') return [];
    return step.owners.map((uid) => [claimKey(uid, step.place), cloudTrouble(error)] as const);
  });
  return new Map(found);
}

function refusedTargets(refused: readonly RefusedStep[]): ReadonlySet<string> {
  return new Set(refused.flatMap(({ step }) => (step.kind === 'register' ? [targetKey(step.target)] : [])));
}

function passingRules({
  passing,
  guards,
}: Pick<Plan, 'passing' | 'guards'>): ReadonlyMap<string, readonly RulePlace[]> {
  const own = guards.flatMap(({ owner, place }) => (isRule(place) ? [{ to: owner.uid, rules: [place] }] : []));
  const byOwner = Map.groupBy([...passing, ...own], ({ to }) => to);
  return new Map([...byOwner].map(([uid, some]) => [uid, some.flatMap(({ rules }) => rules)]));
}
