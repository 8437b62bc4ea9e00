import type { Binding } from './binding.ts';
import type { Health, Listener, ListenerSpec, ObservedTarget, TargetRef, TargetSpec } from './clb-port.ts';
import { matchListeners, type Bound, type Claim, type Conflict } from './match-listeners.ts';
import { judgeLeftovers } from './leftovers.ts';
import { ageOf, ownerOf, type Memory } from './memory.ts';
import {
  judgeRemovals,
  type Departure,
  type Leaver,
  type Remaining,
  type RemovalLimits,
  type Removals,
} from './removal.ts';
import { isServing, targetKey, wantedTargets } from './target.ts';
import { stageOf, type PodView } from './views.ts';

/** Everything that a decision about one CLB needs. */
export interface Facts {
  readonly nowMs: number;
  readonly clusterId: string;
  /** Services that want listeners here. */
  readonly claims: readonly Claim[];
  /** UIDs of Services whose listeners here must go: now, or once what replaces them serves. */
  readonly releases: ReadonlyMap<string, 'now' | 'hold' | 'drain'>;
  readonly listeners: readonly Listener[];
  /** Targets of the listeners that this cluster made. */
  readonly targets: readonly ObservedTarget[];
  readonly health: ReadonlyMap<string, Health>;
  readonly memory: Memory;
  podsOf(binding: Binding): readonly PodView[];
  podsAt(ip: string): readonly PodView[];
  /** True when we saw the pod with this UID end. */
  hasEnded(uid: string): boolean;
  readonly limits: Limits;
}

export interface Limits extends RemovalLimits {
  /** The weight of a target that carries traffic. */
  readonly weight: number;
}

/** The writes that turn what is observed into what is desired, in the order in which they are made. */
export interface Plan {
  /** To weight 0. */
  readonly drain: readonly TargetRef[];
  readonly createListeners: readonly ListenerSpec[];
  /** Addresses that another pod has taken over: off first, so that the old health goes with the old target. */
  readonly evict: readonly TargetRef[];
  readonly register: readonly TargetSpec[];
  /** Back to full weight. */
  readonly restore: readonly TargetRef[];
  readonly restoreWeight: number;
  readonly deregister: readonly TargetRef[];
  readonly deleteListeners: readonly string[];

  readonly bound: readonly Bound[];
  readonly wanted: readonly TargetSpec[];
  readonly conflicts: readonly Conflict[];
  readonly withheld: readonly ObservedTarget[];
  /** A step waits for health. */
  readonly holdsBack: boolean;
  /** When a step that waits for time comes due. */
  readonly dueInMs: number | undefined;
}

interface ListenerPlan extends Removals {
  readonly wanted: readonly TargetSpec[];
  readonly evict: readonly ObservedTarget[];
  readonly register: readonly TargetSpec[];
  readonly lower: readonly TargetSpec[];
  readonly restore: readonly TargetSpec[];
}

export function planChanges(facts: Facts): Plan {
  const match = matchListeners(facts.claims, facts.listeners, facts.clusterId);
  const plans = match.bound.map((bound) => planListener(bound, facts));
  const leftovers = judgeLeftovers(match.leftovers, match.bound, facts);
  const all = <K extends keyof ListenerPlan>(part: K) => plans.map((plan) => plan[part]);
  return {
    drain: [...all('lower').flat(), ...all('drain').flat(), ...leftovers.drain],
    createListeners: match.create,
    evict: all('evict').flat(),
    register: all('register').flat(),
    restore: all('restore').flat(),
    restoreWeight: facts.limits.weight,
    deregister: all('deregister').flat(),
    deleteListeners: leftovers.deleteListeners,
    bound: match.bound,
    wanted: all('wanted').flat(),
    conflicts: match.conflicts,
    withheld: [...all('withheld').flat(), ...leftovers.withheld],
    holdsBack: leftovers.holdsBack || plans.some(({ withheld }) => withheld.length > 0),
    dueInMs: soonest([...all('dueInMs'), leftovers.dueInMs]),
  };
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function planListener({ binding, listener }: Bound, facts: Facts): ListenerPlan {
  const observed = new Map(
    facts.targets.filter(({ listenerId }) => listenerId === listener.id).map((target) => [targetKey(target), target]),
  );
  const wanted = wantedTargets(
    { binding, listenerId: listener.id },
    facts.podsOf(binding),
    observed,
    facts.limits.weight,
  );
  const reused = wanted.filter((spec) => isReused(spec, observed.get(targetKey(spec)), facts.memory));
  const wantedKeys = new Set(wanted.map(targetKey));
  const leavers = [...observed.values()].filter((target) => !wantedKeys.has(targetKey(target)));
  return {
    wanted,
    ...changesOf(wanted, reused, observed),
    ...judgeRemovals(
      leavers.map((target) => toLeaver(target, facts)),
      remainingOf(wanted, reused, { observed, health: facts.health }),
      facts.limits,
    ),
  };
}

/** An address whose target was made for another pod: that pod's health and connections say nothing about this one. */
function isReused(spec: TargetSpec, target: ObservedTarget | undefined, memory: Memory): boolean {
  if (target === undefined) return false;
  const owner = ownerOf(target, memory);
  return owner !== undefined && owner !== spec.tag;
}

function changesOf(
  wanted: readonly TargetSpec[],
  reused: readonly TargetSpec[],
  observed: ReadonlyMap<string, ObservedTarget>,
): Pick<ListenerPlan, 'evict' | 'register' | 'lower' | 'restore'> {
  const isNew = (spec: TargetSpec) => !observed.has(targetKey(spec)) || reused.includes(spec);
  const differs = (spec: TargetSpec) => !isNew(spec) && observed.get(targetKey(spec))?.weight !== spec.weight;
  return {
    evict: reused.flatMap((spec) => observed.get(targetKey(spec)) ?? []),
    register: wanted.filter((spec) => isNew(spec) && spec.weight > 0),
    lower: wanted.filter((spec) => differs(spec) && spec.weight === 0),
    restore: wanted.filter((spec) => differs(spec) && spec.weight > 0),
  };
}

/** A target that is still at weight 0 takes no traffic, however healthy it is. */
function remainingOf(
  wanted: readonly TargetSpec[],
  reused: readonly TargetSpec[],
  { observed, health }: { readonly observed: ReadonlyMap<string, ObservedTarget>; readonly health: Facts['health'] },
): Remaining {
  const carrying = wanted.filter(({ weight }) => weight > 0);
  const serving = carrying.filter((spec) => {
    const key = targetKey(spec);
    return !reused.includes(spec) && (observed.get(key)?.weight ?? 0) > 0 && isServing(health.get(key));
  });
  return { wanted: carrying.length, serving: serving.length };
}

function toLeaver(target: ObservedTarget, facts: Facts): Leaver {
  const key = targetKey(target);
  return {
    target,
    departure: departureOf(target, facts),
    zeroForMs: ageOf(facts.memory.zeroSinceMs, key, facts.nowMs),
    heldForMs: ageOf(facts.memory.heldSinceMs, key, facts.nowMs),
  };
}

function departureOf(target: ObservedTarget, facts: Facts): Departure {
  const owner = ownerOf(target, facts.memory);
  const pods = facts.podsAt(target.ip).filter((pod) => owner === undefined || pod.uid === owner);
  if (pods.some((pod) => stageOf(pod) !== 'gone')) return 'unselected';
  return pods.length > 0 || (owner !== undefined && facts.hasEnded(owner)) ? 'ended' : 'vanished';
}

export function isEmpty(plan: Plan): boolean {
  const { drain, createListeners, evict, register, restore, deregister, deleteListeners } = plan;
  return [drain, createListeners, evict, register, restore, deregister, deleteListeners].every(
    (step) => step.length === 0,
  );
}
