import type { Backend, Departure } from '../model/backend.ts';
import { boundTargetsAt, type BoundTarget, type ObservedTarget } from '../model/observed.ts';
import type { Deregister, Register, SetWeight, Step, StepReason } from '../model/step.ts';
import { addressKey, isServing, targetKey, type TargetRef } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import { lastServing } from './last-serving.ts';
import { limitsAt } from './drain-time.ts';
import { backendIdOf } from './memory.ts';
import { awaitReplacement, judgeRemovals, type Leaver, type Remaining, type Removals } from './removals.ts';
import { toLeaver } from './to-leaver.ts';

/** A target that should stand at a place, for one of its backends. */
export interface WantedTarget extends TargetRef {
  readonly backend: Backend;
}

export interface TargetPlan {
  readonly steps: readonly Step[];
  /** Also those at weight 0 that stay until their backends are gone. */
  readonly wanted: readonly WantedTarget[];
  readonly withheld: readonly BoundTarget[];
  /** Those withheld whose replacement is on its way, and not for long: nobody need be told. */
  readonly awaited: readonly BoundTarget[];
  /** Targets of backends that end or are not ready, and that keep their weight: nothing else takes traffic. */
  readonly kept: readonly BoundTarget[];
  /** Targets of ended backends that wait for others, to be deregistered together. */
  readonly gathered: readonly BoundTarget[];
  /** When a step that waits for time comes due. */
  readonly dueInMs: number | undefined;
}

/** Turns the targets of one place into those of its backends, without ever making it worse. */
export function planTargets(bound: BoundPlace, facts: Facts, owners = [bound.binding.owner.uid]): TargetPlan {
  const observed = new Map(boundTargetsAt(bound.id, bound.standing).map((target) => [addressKey(target), target]));
  const wanted = wantedTargets(bound, observed);
  const reused = wanted.filter((target) => isReused(target, observed.get(addressKey(target)), facts));
  const wantedKeys = new Set(wanted.map(addressKey));
  const leavers = [...observed.values()].filter((target) => !wantedKeys.has(addressKey(target)));
  const leaving = leavers.map((target) => toLeaver(target, { owners, bound }, facts));
  const limits = limitsAt(bound, facts);
  const remaining = remainingOf({ wanted, reused, observed }, leaving, facts);
  const removals = judgeRemovals(leaving, remaining, limits);
  const { others } = bound.standing;
  const cluster = others === undefined ? {} : { clusterId: facts.clusterId };
  const base = { owners, place: bound.place };
  const staying = [...(others?.values() ?? []), ...withheldOf(leaving, removals)];
  const kept = keptTargets({ wanted, reused, observed }, removals.drain.filter(isEnding), staying);
  return {
    steps: [...changesOf({ wanted, reused, observed, kept, cluster }, base), ...removalSteps(removals, kept, base)],
    wanted,
    withheld: removals.withheld,
    awaited: awaitReplacement(leaving, remaining),
    kept,
    gathered: removals.gathered,
    dueInMs: removals.dueInMs,
  };
}

type Base = Pick<Register, 'owners' | 'place'>;

const departureReason = {
  ending: 'backend-ending',
  ended: 'backend-ended',
  displaced: 'backend-ended',
  unselected: 'backend-unselected',
  vanished: 'backend-vanished',
} as const satisfies Record<Departure, StepReason>;

function removalSteps({ drain, deregister }: Removals, kept: readonly BoundTarget[], base: Base): readonly Step[] {
  const about = ({ target, departure }: Leaver) => {
    return { ...base, target: refOf(target), reason: departureReason[departure] };
  };
  const drained = drain.filter(({ target }) => !kept.includes(target));
  return [
    ...drained.map((leaver): SetWeight => ({ ...about(leaver), kind: 'set-weight', weight: 0 })),
    ...deregister.map((leaver): Deregister => ({ ...about(leaver), kind: 'deregister' })),
  ];
}

/**
 * Backends that carry weight, a chosen 0 too, and existing targets of those that do not any more: they stay at weight
 * 0, so that their connections live on. Such a backend that never was a target does not become one at weight 0.
 */
function wantedTargets({ id, backends }: BoundPlace, observed: ReadonlyMap<string, BoundTarget>): WantedTarget[] {
  const counting = backends.backends.filter((one) => counts(one, observed.get(addressKey(one))));
  return counting.map((backend) => ({
    ...id,
    ip: backend.ip,
    port: backend.port,
    instanceId: backend.instanceId,
    backend,
  }));
}

/** An idle one until it has weight 0; one that is taken away leaves as those that no binding wants. */
function counts({ state }: Backend, standing: BoundTarget | undefined): boolean {
  if (state === 'ready') return true;
  if (standing === undefined || state === 'leaving') return false;
  return state !== 'idle' || standing.weight > 0;
}

/** An address whose target was made for another backend: its health and connections say nothing about this one. */
function isReused({ backend }: WantedTarget, target: BoundTarget | undefined, { memory }: Facts): boolean {
  const id = target === undefined ? undefined : backendIdOf(target, memory);
  return id !== undefined && id !== backend.id;
}

interface Standing {
  readonly wanted: readonly WantedTarget[];
  readonly reused: readonly WantedTarget[];
  readonly observed: ReadonlyMap<string, BoundTarget>;
}

/** A pod that no binding wants ends. What a person has let go is lowered in any case. */
function isEnding({ departure, isReleased }: Leaver): boolean {
  return departure === 'ending' && !isReleased;
}

/** What is withheld goes on as before, unless nobody knows whether its backend does. */
function withheldOf(leaving: readonly Leaver[], { withheld }: Removals): readonly BoundTarget[] {
  const living = leaving.filter(({ departure }) => departure === 'unselected');
  return living.map(({ target }) => target).filter((target) => withheld.includes(target));
}

/**
 * Of the backends that are about to lose their weight, those that the CLB would have no substitute for. Where people
 * chose weight 0 for all that are ready it is obeyed: they move the traffic elsewhere.
 */
function keptTargets(
  { wanted, reused, observed }: Standing,
  ending: readonly Leaver[],
  staying: readonly ObservedTarget[],
): readonly BoundTarget[] {
  const at = (one: WantedTarget) => (reused.includes(one) ? [] : (observed.get(addressKey(one)) ?? []));
  const carrying = wanted.filter(({ backend }) => backend.weight > 0);
  const lowered = wanted.filter(({ backend }) => {
    return backend.weight === 0 && (backend.state !== 'ready' || carrying.length > 0);
  });
  const leaving = ending.map(({ target }) => target);
  return lastServing([...lowered.flatMap(at), ...leaving], [...carrying.flatMap(at), ...staying]);
}

interface Changing extends Standing {
  readonly kept: readonly BoundTarget[];
  /** Set at a place that is not ours: the tag must name the cluster. */
  readonly cluster: Pick<Register, 'clusterId'>;
}

function changesOf({ wanted, reused, observed, kept, cluster }: Changing, base: Base): readonly Step[] {
  return wanted.flatMap((one): readonly Step[] => {
    const { backend } = one;
    const standing = observed.get(addressKey(one));
    // What the cloud calls a node goes by its instance id, whatever it was registered by.
    const target = refOf({ ...one, instanceId: standing?.instanceId ?? one.instanceId });
    const register: Register = {
      ...base,
      ...cluster,
      kind: 'register',
      target,
      weight: backend.weight,
      tag: backend.id,
      reason: 'backend-ready',
    };
    if (reused.includes(one)) {
      const off: Deregister = { ...base, kind: 'deregister', target, reason: 'address-reused' };
      return backend.state === 'ready' ? [off, register] : [off];
    }
    if (standing === undefined) return [register];
    if (standing.weight === backend.weight || kept.includes(standing)) return [];
    return [{ ...base, kind: 'set-weight', target, weight: backend.weight, reason: weightReason(backend, standing) }];
  });
}

function weightReason({ state }: Backend, { weight }: BoundTarget): StepReason {
  if (state === 'ready') return weight === 0 ? 'backend-ready' : 'weight-changed';
  return state === 'ending' ? 'backend-ending' : 'backend-unready';
}

/** A target that is still at weight 0 takes no traffic, however healthy it is. */
function remainingOf({ wanted, reused, observed }: Standing, leaving: readonly Leaver[], facts: Facts): Remaining {
  const carrying = wanted.filter(({ backend }) => backend.weight > 0);
  const withheldSinceMs = facts.nowMs - Math.max(...leaving.map(({ withheldForMs }) => withheldForMs));
  const serving = carrying.filter((one) => {
    const target = observed.get(addressKey(one));
    return !reused.includes(one) && target !== undefined && target.weight > 0 && isServing(target.health);
  });
  const fresh = serving.filter((one) => (facts.memory.registeredAtMs.get(targetKey(one)) ?? 0) >= withheldSinceMs);
  return { wanted: carrying.length, serving: serving.length, fresh: fresh.length };
}

/** A target without what was observed of it. */
export function refOf({ listenerId, locationId, ip, port, instanceId }: TargetRef): TargetRef {
  return {
    listenerId,
    ip,
    port,
    ...(locationId === undefined ? {} : { locationId }),
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}
