import { bindingKey, type Binding } from '../model/binding.ts';
import {
  boundTargetsAt,
  placesOf,
  type BoundTarget,
  type ObservedListener,
  type ObservedPlace,
  type ObservedRule,
} from '../model/observed.ts';
import { placeKey, type PlaceId } from '../model/place.ts';
import type { Step, StepReason } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { DesiredLoadBalancer } from '../model/desired.ts';
import { standingFor, type BoundPlace } from './bound-place.ts';
import { isCarrying } from './carrying.ts';
import { isDefaultUntilNext } from './default-domain.ts';
import { drainMsOf } from './drain-time.ts';
import type { Claim, Facts } from './facts.ts';
import { holdPlaces, type Places } from './hold-places.ts';
import { isInTheWay } from './in-the-way.ts';
import { isSharedName } from './listener-name.ts';
import { ageOf } from './memory.ts';
import type { PassingListener } from './passing-listener.ts';
import { refOf } from './plan-targets.ts';
import { heirsOf } from './rule-heirs.ts';
import { mayHaveMade } from './rule-holders.ts';
import { replaceListener, replacementOf } from './replacement.ts';

export interface LeftoverPlan {
  readonly steps: readonly Step[];
  readonly withheld: readonly BoundTarget[];
  /** See `Plan`. */
  readonly kept: readonly BoundTarget[];
  /** A place waits for what replaces it. */
  readonly waitsForHealth: boolean;
  readonly dueInMs: number | undefined;
}

export const nothing: LeftoverPlan = { steps: [], withheld: [], kept: [], waitsForHealth: false, dueInMs: undefined };

type Fate = 'delete' | 'drain' | 'hold' | 'keep';

/**
 * Listeners and rules of ours that no binding uses any more. Those of an owner that is going are deleted; those of a
 * living owner first wait for what replaces them, then drain. What belongs to an owner that is not known is kept: a
 * wrong cluster id must never delete another cluster's listeners.
 */
export function judgeLeftovers({ passing, ...around }: Wanted, facts: Facts): LeftoverPlan {
  const { desired, bound } = around;
  const observed = facts.observed?.listeners ?? [];
  const wanted = new Set(desired.listeners.map((listener) => standingFor(listener, observed)));
  const plans = observed
    .filter(({ isOurs }) => isOurs)
    .flatMap((listener) => {
      if (passing.some(({ listenerId }) => listenerId === listener.id)) return [planPassing(listener, bound, facts)];
      if (wanted.has(listener)) return planRules(listener, around, facts);
      if (replacementOf(listener, desired) !== undefined) return [{ ...nothing, steps: [replaceListener(listener)] }];
      if (isInTheWay(listener, desired, facts)) return [planWhole(listener, 'drain', facts)];
      return planUnwanted(listener, around, facts);
    });
  return joined(plans);
}

interface Wanted {
  readonly desired: DesiredLoadBalancer;
  readonly bound: readonly BoundPlace[];
  readonly passing: readonly PassingListener[];
  /** By placeKey: rules that pass to another owner. */
  readonly awaited: ReadonlySet<string>;
}

/** Of its rules, those that its next owner has no use for stay as they are until it is that owner's. */
function planPassing(listener: ObservedListener, bound: readonly BoundPlace[], facts: Facts): LeftoverPlan {
  const used = new Set(bound.map(({ id }) => id.locationId));
  const unused = placesOf(listener).filter(([{ locationId }, { isOurs }]) => isOurs && !used.has(locationId));
  return planPlaces(unused, { fate: 'hold', facts, remove: [] });
}

export function joined(plans: readonly LeftoverPlan[]): LeftoverPlan {
  const waits = plans.flatMap(({ dueInMs }) => dueInMs ?? []);
  return {
    steps: plans.flatMap(({ steps }) => steps),
    withheld: plans.flatMap(({ withheld }) => withheld),
    kept: plans.flatMap(({ kept }) => kept),
    waitsForHealth: plans.some((plan) => plan.waitsForHealth),
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

/** A listener with rules that we did not make, or that others wait for, stays; of its rules only ours go. */
function planUnwanted(listener: ObservedListener, around: Around, facts: Facts): readonly LeftoverPlan[] {
  const { awaited } = around;
  const goesWhole = listener.rules.every(({ isOurs, place }) => isOurs && !awaited.has(placeKey(place)));
  if (!goesWhole) return planRules(listener, around, facts);
  if (!isSharedName(listener.name)) return [planWhole(listener, fateOf(listener, around.bound, facts), facts)];
  const fates = listener.rules.map((rule) => fateOfRule(rule, around, facts));
  return [planWhole(listener, fates.length === 0 ? fateOfEmpty(listener, facts) : mostCareful(fates), facts)];
}

/** Nothing says who made a shared listener without rules, and it serves nobody: its port would be kept from others. */
function fateOfEmpty({ place: { protocol, port } }: ObservedListener, { claims, pending }: Facts): Fate {
  const all = [...claims, ...pending].flatMap(({ bindings }) => bindings);
  const sharing = all.filter(({ hasOwnListener }) => hasOwnListener !== true);
  return sharing.some(({ place }) => place.protocol === protocol && place.port === port) ? 'keep' : 'delete';
}

type Around = Omit<Wanted, 'passing'>;

function planRules(listener: ObservedListener, around: Around, facts: Facts): readonly LeftoverPlan[] {
  const { bound, awaited } = around;
  const used = new Set(bound.map(({ id }) => id.locationId));
  const rules = listener.rules.filter(
    ({ id, isOurs, place }) => isOurs && !used.has(id) && !awaited.has(placeKey(place)),
  );
  return rules.map((rule) => {
    const id = { listenerId: listener.id, locationId: rule.id };
    const fate = isSharedName(listener.name) ? fateOfShared(rule, listener, around, facts) : fateOf(rule, bound, facts);
    return planPlaces([[id, rule]], { fate, facts, remove: [deleteRule(rule, id, facts)] });
  });
}

function planWhole(listener: ObservedListener, fate: Fate, facts: Facts): LeftoverPlan {
  const { id, place } = listener;
  const owners = mayHaveMade(listener);
  const remove: Step = { kind: 'delete-listener', listenerId: id, place, owners, reason: removalReason(owners, facts) };
  return planPlaces(placesOf(listener), { fate, facts, remove: [remove] });
}

type RuleId = Required<PlaceId> & { readonly locationId: string };

function deleteRule({ place, ownerUids: owners }: ObservedRule, id: RuleId, facts: Facts): Step {
  return { kind: 'delete-rule', ...id, place, owners, reason: removalReason(owners, facts) };
}

export function fateOf({ ownerUids }: ObservedPlace, bound: readonly BoundPlace[], facts: Facts): Fate {
  // Any of the places may be what replaces this one, so all of them must stand and carry.
  return mostCareful(ownerUids.map((uid) => fateFor(uid, bound, facts, ({ bindings }) => bindings)));
}

/** Nothing that comes can stand before this one goes where the listener is full. */
function fateOfShared(rule: ObservedRule, listener: ObservedListener, around: Around, facts: Facts): Fate {
  const isFull = listener.rules.length >= (facts.quota.rules ?? Infinity);
  const fate = fateOfRule(rule, around, facts, isFull);
  const isAwaited = !isFull && isDefaultUntilNext(rule, listener, around.bound, facts);
  return isAwaited ? mostCareful([fate, 'hold']) : fate;
}

function fateOfRule(rule: ObservedRule, { bound, desired }: Around, facts: Facts, isFull = false): Fate {
  const heirs = ({ bindings }: Claim) => (isFull ? [] : heirsOf(rule.place, bindings, desired));
  return mostCareful(rule.ownerUids.map((uid) => fateFor(uid, bound, facts, heirs)));
}

function mostCareful(all: readonly Fate[]): Fate {
  const careful: readonly Fate[] = ['keep', 'hold', 'drain', 'delete'];
  return careful.find((fate) => all.includes(fate)) ?? 'keep';
}

type Heirs = (claim: Claim) => readonly Binding[];

function fateFor(ownerUid: string, bound: readonly BoundPlace[], facts: Facts, heirs: Heirs): Fate {
  const release = facts.releases.get(ownerUid);
  if (release !== undefined) return release === 'now' ? 'delete' : release;
  const claim = facts.claims.find(({ owner }) => owner.uid === ownerUid);
  if (claim === undefined) return 'keep';
  const siblings = bound.filter(({ binding }) => binding.owner.uid === ownerUid);
  const isReplaced = heirs(claim).every((heir) => {
    const standing = siblings.find(({ binding }) => bindingKey(binding) === bindingKey(heir));
    return standing !== undefined && isCarrying(standing, facts);
  });
  return isReplaced ? 'drain' : 'hold';
}

export function removalReason(ownerUids: readonly string[], { releases }: Facts): StepReason {
  const release = releases.get(ownerUids[0] ?? '');
  if (release === undefined) return 'not-wanted';
  return release === 'now' ? 'owner-gone' : 'owner-moved';
}

interface Leaving {
  readonly fate: Fate;
  readonly facts: Facts;
  readonly remove: readonly Step[];
}

function planPlaces(places: Places, { fate, facts, remove }: Leaving): LeftoverPlan {
  switch (fate) {
    case 'keep':
      return nothing;
    case 'delete':
      return { ...nothing, steps: remove };
    case 'hold':
      if (remove.length > 0 && areReleased(places, facts)) break;
      return { ...nothing, ...holdPlaces(places, facts) };
    case 'drain':
  }
  return { ...nothing, ...drainPlaces(places, remove, facts) };
}

/** A person has let go all the targets there. */
export function areReleased(places: Places, { memory }: Facts): boolean {
  const targets = places.flatMap(([id, place]) => boundTargetsAt(id, place));
  return targets.length > 0 && targets.every((target) => memory.released.has(targetKey(target)));
}

export function drainPlaces(places: Places, remove: readonly Step[], facts: Facts): Partial<LeftoverPlan> {
  const steps = places.flatMap(([id, place]) => drainSteps(id, place, facts));
  if (steps.length > 0) return { steps };
  const targets = places.flatMap(([id, place]) => boundTargetsAt(id, place));
  const ages = targets.map((target) => ageOf(facts.memory.zeroSinceMs, targetKey(target), facts.nowMs));
  const drainMs = drainMsOf(
    places.flatMap(([, { ownerUids }]) => ownerUids),
    facts,
  );
  const waitMs = drainMs - Math.min(...ages, drainMs);
  return waitMs <= 0 ? { steps: remove } : { dueInMs: waitMs };
}

function drainSteps(id: PlaceId, { place, ownerUids, targets }: ObservedPlace, facts: Facts): readonly Step[] {
  const carrying = [...targets.values()].filter(({ weight }) => weight > 0);
  const reason = removalReason(ownerUids, facts);
  return carrying.map((target): Step => {
    return { kind: 'set-weight', target: refOf({ ...id, ...target }), weight: 0, place, owners: ownerUids, reason };
  });
}
