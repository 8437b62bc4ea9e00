import type { BoundTarget } from '../model/observed.ts';
import { isKind, type Deregister, type SetWeight } from '../model/step.ts';
import { addressKey, isServing, targetKey } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import { limitsAt } from './drain-time.ts';
import type { Facts } from './facts.ts';
import { ageOf, backendIdOf } from './memory.ts';
import { refOf, type TargetPlan, type WantedTarget } from './plan-targets.ts';

/** What is open at weight 0 for this long is a connection that lives on, and not a short request. */
const shortRequestsMs = 5_000;

/** A place that has no room for all that is wanted there. */
export interface FullPlace {
  readonly bound: BoundPlace;
  readonly plan: TargetPlan;
  readonly standing: readonly BoundTarget[];
  readonly facts: Facts;
}

/** Steps that make room; they come before what is registered. */
export interface Room {
  /** Steps of the plan that `deregister` stands for. */
  readonly leaving: readonly Deregister[];
  readonly deregister: readonly Deregister[];
  readonly drain: readonly SetWeight[];
  /** When a target that drains may leave. */
  readonly dueInMs: number | undefined;
}

/** Room for so many more targets, or for fewer when nothing else may leave. */
export function makeRoom(short: number, place: FullPlace): Room {
  const { bound, plan } = place;
  const leaving = plan.steps.filter(isKind('deregister')).filter(({ reason }) => reason !== 'address-reused');
  const draining = drainingAt(place);
  const early = draining.filter(({ waitMs }) => waitMs <= 0).slice(0, Math.max(0, short - leaving.length));
  const coming = draining.length - early.length;
  const base = { place: bound.place, owners: [bound.binding.owner.uid], reason: 'makes-room' } as const;
  const drain = replaceable(short - leaving.length - draining.length, coming, place);
  const waits = draining.map(({ waitMs }) => waitMs).filter((waitMs) => waitMs > 0);
  return {
    leaving,
    deregister: [
      ...leaving.map((step): Deregister => ({ ...step, reason: 'makes-room' })),
      ...early.map(({ target }): Deregister => ({ ...base, kind: 'deregister', target: refOf(target) })),
    ],
    drain: drain.map((target): SetWeight => ({ ...base, kind: 'set-weight', target: refOf(target), weight: 0 })),
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

interface Draining {
  readonly target: BoundTarget;
  /** How long its short requests may still take. */
  readonly waitMs: number;
}

/** Targets at weight 0 that do not come back, longest first. One that is only not ready stays. */
function drainingAt({ bound, plan, standing, facts }: FullPlace): readonly Draining[] {
  const wanted = new Map(plan.wanted.map((one) => [addressKey(one), one]));
  const gone = new Set(plan.steps.filter(isKind('deregister')).map(({ target }) => targetKey(target)));
  const drainMs = Math.min(shortRequestsMs, limitsAt(bound, facts).drainMs);
  const waitOf = (target: BoundTarget, backend: WantedTarget | undefined) => {
    const departure = facts.departureOf(target, backendIdOf(target, facts.memory));
    if (backend === undefined ? departure === 'vanished' : backend.backend.state !== 'ending') return undefined;
    if (backend === undefined && departure === 'ended') return 0;
    return drainMs - ageOf(facts.memory.zeroSinceMs, targetKey(target), facts.nowMs);
  };
  return standing
    .filter((target) => target.weight === 0 && !gone.has(targetKey(target)))
    .flatMap((target) => {
      const waitMs = waitOf(target, wanted.get(addressKey(target)));
      return waitMs === undefined ? [] : [{ target, waitMs }];
    })
    .toSorted((a, b) => a.waitMs - b.waitMs || byKey(a.target, b.target));
}

function byKey(a: BoundTarget, b: BoundTarget): number {
  return targetKey(a) < targetKey(b) ? -1 : 1;
}

/**
 * Targets with weight that wait for their replacements, which have no room: as many as others are Alive instead, one if
 * none is, and never the last one that the CLB sends to. While a replacement is not Alive, none.
 */
function replaceable(needed: number, coming: number, { plan, standing, facts }: FullPlace): readonly BoundTarget[] {
  const wanted = new Set(plan.wanted.filter(({ backend }) => backend.weight > 0).map(addressKey));
  const carrying = standing.filter(({ weight }) => weight > 0);
  const serving = carrying.filter(({ health }) => isServing(health));
  const replacements = carrying.filter((target) => wanted.has(addressKey(target)));
  const alive = replacements.filter(({ health }) => isServing(health)).length;
  const pending = replacements.length - alive + coming;
  const most = Math.min(needed, Math.max(1, alive) - pending, serving.length - 1);
  return plan.withheld
    .filter((target) => facts.departureOf(target, backendIdOf(target, facts.memory)) === 'unselected')
    .toSorted(byKey)
    .slice(0, Math.max(0, most));
}
