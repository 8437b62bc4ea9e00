import type { DesiredLoadBalancer } from '../model/desired.ts';
import type { BoundTarget } from '../model/observed.ts';
import { changedSettings } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { boundPlaces, type BoundPlace } from './bound-place.ts';
import type { Conflict } from './conflict.ts';
import { desire } from './desire.ts';
import type { Facts } from './facts.ts';
import { judgeLeftovers } from './leftovers.ts';
import { movesOf, withMoves, type Move } from './moves.ts';
import { ordered } from './order.ts';
import { planPlaces } from './plan-places.ts';
import { planTargets, type WantedTarget } from './plan-targets.ts';

/** The writes that turn what is observed into what is desired, and what was found on the way. */
export interface Plan {
  /** In the order in which they are applied. */
  readonly steps: readonly Step[];
  readonly desired: DesiredLoadBalancer;
  /** The bindings whose place stands, with the targets that are wanted there. */
  readonly bound: readonly BoundTargets[];
  readonly conflicts: readonly Conflict[];
  /** A claim waits until others free its place, and nothing says when that is. */
  readonly waitsForPlace: boolean;
  /** Targets that stay for now, because a removal would leave too little. */
  readonly withheld: readonly BoundTarget[];
  /** Targets that keep their weight although their backends end or are not ready: the CLB sends to nothing else. */
  readonly kept: readonly BoundTarget[];
  /** Targets of ended backends that wait for others, to be deregistered together. */
  readonly gathered: readonly BoundTarget[];
  /** Owners that moved to another CLB. */
  readonly moves: readonly Move[];
  /** A step waits for health. */
  readonly waitsForHealth: boolean;
  /** When a step that waits for time comes due. */
  readonly dueInMs: number | undefined;
}

export interface BoundTargets extends BoundPlace {
  readonly wanted: readonly WantedTarget[];
}

export function planChanges(given: Facts): Plan {
  const moves = movesOf(given);
  const facts = withMoves(given, moves);
  const { desired, conflicts, waitsForPlace, dueInMs } = desire(facts);
  const bound = boundPlaces(desired, facts);
  const targets = bound.map((place) => ({ place, ...planTargets(place, facts) }));
  const leftovers = judgeLeftovers(desired, bound, facts);
  const steps = [...planLoadBalancer(desired, facts), ...targets.flatMap((one) => one.steps), ...leftovers.steps];
  return {
    steps: ordered(steps, facts.memory.refused),
    desired,
    bound: targets.map(({ place, wanted }) => ({ ...place, wanted })),
    conflicts,
    waitsForPlace,
    withheld: [...targets.flatMap(({ withheld }) => withheld), ...leftovers.withheld],
    kept: targets.flatMap(({ kept }) => kept),
    gathered: targets.flatMap(({ gathered }) => gathered),
    moves,
    waitsForHealth:
      leftovers.waitsForHealth ||
      moves.some(({ isCarried, claim }) => !isCarried && claim.bindings.length > 0) ||
      targets.some(({ withheld, kept }) => withheld.length + kept.length > 0),
    dueInMs: soonest([
      dueInMs,
      ...targets.map(({ dueInMs }) => dueInMs),
      leftovers.dueInMs,
      ...moves.map((move) => move.dueInMs),
    ]),
  };
}

/** A CLB that is made for an owner comes first; its listeners follow at the next look. */
function planLoadBalancer(desired: DesiredLoadBalancer, { observed, ref, memory }: Facts): readonly Step[] {
  const owners = desired.owners.map(({ uid }) => uid);
  if (observed === undefined) {
    if (ref.kind === 'existing' || owners.length === 0) return [];
    return [{ kind: 'create-load-balancer', ref, settings: desired.settings, owners, reason: 'wanted' }];
  }
  const settings = changedSettings(desired.settings, observed.settings);
  const changes: readonly Step[] =
    Object.keys(settings).length === 0
      ? []
      : [{ kind: 'modify-load-balancer', settings, owners, reason: 'settings-changed' }];
  return [...changes, ...planPlaces(desired, observed.listeners, memory)];
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

export function isEmpty({ steps }: Plan): boolean {
  return steps.length === 0;
}
