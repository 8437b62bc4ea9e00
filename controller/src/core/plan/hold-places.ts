import type { Departure } from '../model/backend.ts';
import { boundTargetsAt, type BoundTarget, type ObservedPlace } from '../model/observed.ts';
import type { PlaceId } from '../model/place.ts';
import type { Step, StepReason } from '../model/step.ts';
import type { Facts } from './facts.ts';
import { lastServing } from './last-serving.ts';
import { backendIdOf } from './memory.ts';
import { refOf } from './plan-targets.ts';

export type Places = readonly (readonly [PlaceId, ObservedPlace])[];

interface HeldPlaces {
  readonly steps: readonly Step[];
  readonly withheld: readonly BoundTarget[];
  /** Those that end and keep their weight: nothing else takes traffic at their place. */
  readonly kept: readonly BoundTarget[];
  readonly waitsForHealth: true;
}

/** Places go on as they are, but for pods that end: they are drained, and leave when they have ended. */
export function holdPlaces(places: Places, facts: Facts): HeldPlaces {
  const all = places.flatMap(([id, place]) => boundTargetsAt(id, place));
  const ending = places.map((at) => drainEnding(at, facts));
  return {
    steps: [...ending.flatMap(({ steps }) => steps), ...deregisterEnded(places, facts)],
    withheld: all.filter((target) => !hasEnded(departureOf(target, facts))),
    kept: ending.flatMap(({ kept }) => kept),
    waitsForHealth: true,
  };
}

/** Targets whose backends have ended leave in any case: their addresses may pass to pods of others. */
export function deregisterEnded(places: Places, facts: Facts): readonly Step[] {
  return places.flatMap(([id, place]) => {
    const ended = boundTargetsAt(id, place).filter((target) => hasEnded(departureOf(target, facts)));
    return ended.map((target): Step => ({ ...stepAt(place, target, 'backend-ended'), kind: 'deregister' }));
  });
}

function drainEnding([id, place]: Places[number], facts: Facts): Pick<HeldPlaces, 'steps' | 'kept'> {
  const targets = Map.groupBy(boundTargetsAt(id, place), (target) => departureOf(target, facts));
  const ending = (targets.get('ending') ?? []).filter(({ weight }) => weight > 0);
  const staying = [...(targets.get('unselected') ?? []), ...(place.others?.values() ?? [])];
  const kept = lastServing(ending, staying);
  const steps = ending
    .filter((target) => !kept.includes(target))
    .map((target): Step => ({ ...stepAt(place, target, 'backend-ending'), kind: 'set-weight', weight: 0 }));
  return { steps, kept };
}

function stepAt({ place, ownerUids }: ObservedPlace, target: BoundTarget, reason: StepReason) {
  return { target: refOf(target), place, owners: ownerUids, reason };
}

function departureOf(target: BoundTarget, facts: Facts): Departure {
  return facts.departureOf(target, backendIdOf(target, facts.memory));
}

function hasEnded(departure: Departure): boolean {
  return departure === 'ended' || departure === 'displaced';
}
