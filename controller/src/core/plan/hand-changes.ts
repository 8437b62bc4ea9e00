import { boundTargets, targetAt, type ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, samePlaceId, type PlaceId } from '../model/place.ts';
import { isKind, type Deregister, type Register, type SetWeight, type Step, type StepReason } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { CheckOff, ForeignTarget, HandChange, MissingTarget, WeightChange } from './hand-change.ts';
import { isCheckOff } from './health-check-off.ts';
import { backendIdOf, type Memory } from './memory.ts';
import type { Plan } from './plan.ts';
import { checkChanges, nameChanges, settingsChanges } from './setting-changes.ts';

interface Look {
  readonly observed: ObservedLoadBalancer;
  /** As it was before the plan. */
  readonly memory: Memory;
}

/**
 * Only what is certain: a difference may also be a change of ours that is not confirmed, or one of the process before
 * this one, and then it is repaired without a word.
 */
export function handChanges(plan: Plan, look: Look): readonly HandChange[] {
  const targets = [...weightChanges(plan, look), ...foreignTargets(plan, look), ...missingTargets(plan, look)];
  const checks = [...checksOff(plan), ...checkChanges(plan, look)];
  return [...targets, ...checks, ...settingsChanges(plan, look), ...nameChanges(plan, look)];
}

/** A weight that becomes again what it was, so that nothing but another writer can have changed it in between. */
function weightChanges({ steps }: Plan, { observed, memory }: Look): readonly WeightChange[] {
  return steps.filter(isKind('set-weight')).flatMap((step): readonly WeightChange[] => {
    const now = targetAt(observed, step.target);
    const before = memory.seenWeights.get(targetKey(step.target));
    if (now === undefined || before === undefined || now.weight === before || step.weight !== before) return [];
    return [{ ...placeOf(step), what: 'weight', target: { ...step.target, ...now }, before, step }];
  });
}

const leaves: ReadonlySet<StepReason> = new Set([
  'backend-ended',
  'backend-unselected',
  'backend-vanished',
  'makes-room',
]);

/** We tag every target. Where the cloud returns no tags at all, its answer does not tell. */
function foreignTargets({ steps }: Plan, { observed, memory }: Look): readonly ForeignTarget[] {
  const returnsTags = boundTargets(observed).some(({ tag }) => tag !== undefined && tag !== '');
  const removals = steps.filter(isRemoval).filter(({ reason }) => leaves.has(reason));
  return removals.flatMap((step): readonly ForeignTarget[] => {
    const now = targetAt(observed, step.target);
    const target = now === undefined ? undefined : { ...step.target, ...now };
    if (!returnsTags || target === undefined || backendIdOf(target, memory) !== undefined) return [];
    // Those of TKE's controller have no tag either.
    if (step.owners.some((uid) => uid === observed.madeByTkeFor)) return [];
    return [{ ...placeOf(step), what: 'target', target, step }];
  });
}

/** One that stands again only because it is registered anew stood there until somebody took it off. */
function missingTargets({ steps }: Plan, { observed, memory }: Look): readonly MissingTarget[] {
  const missing = steps.filter(isKind('register')).filter(({ target }) => {
    return memory.seenWeights.has(targetKey(target)) && targetAt(observed, target) === undefined;
  });
  return missing.map((step) => ({ ...placeOf(step), what: 'missing-target', target: step.target, step }));
}

function isRemoval(step: Step): step is SetWeight | Deregister {
  return step.kind === 'deregister' || (step.kind === 'set-weight' && step.weight === 0);
}

function checksOff({ bound, steps }: Plan): readonly CheckOff[] {
  const off = bound.filter(
    ({ binding, place, standing }) =>
      standing.others === undefined &&
      isCheckOff(isRule(place) ? binding.ruleSettings : binding.listenerSettings, standing),
  );
  return off.map(({ binding, place, id }): CheckOff => {
    const step = steps.find((one) => switchesOn(one, id));
    return { what: 'health-check', place, owners: [binding.owner.uid], id, step };
  });
}

function switchesOn(step: Step, id: PlaceId): boolean {
  if (step.kind !== 'modify-listener' && step.kind !== 'modify-rule') return false;
  return samePlaceId(id, { locationId: undefined, ...step }) && step.settings.healthCheck?.HealthSwitch === 1;
}

function placeOf({ place, owners }: SetWeight | Deregister | Register): Pick<HandChange, 'place' | 'owners'> {
  return { place, owners };
}

/** Those that these steps undid; a foreign target counts when it is off. */
export function undone(changes: readonly HandChange[], done: readonly Step[]): readonly HandChange[] {
  const steps = new Set(done);
  return changes.filter(({ what, step }) => {
    return step !== undefined && steps.has(step) && (what !== 'target' || step.kind === 'deregister');
  });
}
