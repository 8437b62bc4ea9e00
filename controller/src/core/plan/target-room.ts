import { boundTargetsAt } from '../model/observed.ts';
import { isKind, type Register, type Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import { makeRoom } from './make-room.ts';
import type { TargetPlan } from './plan-targets.ts';

/** A step that does not fit: the quota is this many. */
export interface WithoutRoom<S extends Step = Step> {
  readonly step: S;
  readonly most: number;
}

export interface FittedTargets extends TargetPlan {
  /** What does not fit. */
  readonly withoutRoom: readonly WithoutRoom<Register>[];
}

/**
 * Keeps a place within its quota, which counts targets at weight 0 too. What fits is registered. For the rest, targets
 * that drain leave before their time, longest first; and of targets that wait for what replaces them a few are
 * drained, never more than have been replaced. While everything fits, nothing leaves for it.
 */
export function withinTargetQuota(bound: BoundPlace, plan: TargetPlan, facts: Facts): FittedTargets {
  const most = facts.quota.targets;
  const standing = boundTargetsAt(bound.id, bound.standing);
  const isReuse = reuseIn(plan);
  const asked = plan.steps.filter(isKind('register')).filter((step) => !isReuse(step));
  // Those of others count too.
  const count = standing.length + (bound.standing.others?.size ?? 0);
  if (most === undefined || count + asked.length <= most) return { ...plan, withoutRoom: [] };
  const room = most - count;
  const made = makeRoom(asked.length - room, { bound, plan, standing, facts });
  const bind = byBackend(asked).slice(0, Math.max(0, room + made.deregister.length));
  const left = asked.filter((step) => !bind.includes(step));
  const drained = new Set(made.drain.map(({ target }) => targetKey(target)));
  const replaced = new Set<Step>([...made.leaving, ...left]);
  return {
    ...plan,
    steps: [...plan.steps.filter((step) => !replaced.has(step)), ...made.deregister, ...made.drain],
    withheld: plan.withheld.filter((target) => !drained.has(targetKey(target))),
    dueInMs: soonest(plan.dueInMs, made.dueInMs),
    withoutRoom: left.map((step) => ({ step, most })),
  };
}

/** The old target of a reused address goes first, so that its successor always fits. */
function reuseIn({ steps }: TargetPlan): (step: Register) => boolean {
  const reused = steps.filter(({ reason }) => reason === 'address-reused').filter(isKind('deregister'));
  const keys = new Set(reused.map(({ target }) => targetKey(target)));
  return ({ target }) => keys.has(targetKey(target));
}

/** Any order will do that is the same the next time. */
function byBackend(steps: readonly Register[]): readonly Register[] {
  return steps.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
}

function soonest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
