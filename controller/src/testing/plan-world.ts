import { applySteps } from '../core/model/apply-step.ts';
import type { Binding } from '../core/model/binding.ts';
import type { ListenerAnswer, TargetAnswer } from '../core/model/clb-port.ts';
import { boundTargets, withTargets, type BoundTarget, type ObservedLoadBalancer } from '../core/model/observed.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { stageOf, type PodView } from '../core/model/pod-view.ts';
import { unknownQuota, type Quota } from '../core/model/quota.ts';
import type { Step } from '../core/model/step.ts';
import { addressKey, isServing, targetKey, type Health } from '../core/model/target.ts';
import type { HandChange } from '../core/plan/hand-change.ts';
import { handChanges } from '../core/plan/hand-changes.ts';
import { memoryAfterApply, memoryAfterPlan } from '../core/plan/memory-after.ts';
import { emptyMemory, refreshMemory, type Memory } from '../core/plan/memory.ts';
import { planChanges, type Plan } from '../core/plan/plan.ts';
import { scopeOf } from '../core/plan/scope.ts';
import { afterWrites } from '../core/plan/seen-weights.ts';
import { usedPlaces } from '../core/plan/used-places.ts';
import { anObserved, clbId, podFacts, someFacts } from './builders.ts';

export interface PlanWorldStart {
  readonly pods: readonly PodView[];
  readonly owners: readonly OwnerView[];
  readonly listeners: readonly ListenerAnswer[];
  readonly targets: readonly (readonly [TargetAnswer, Health])[];
  readonly ended: ReadonlySet<string>;
  readonly tagged: boolean;
  readonly quota?: Quota;
}

/** What becomes of a write. late: it is not confirmed, and takes effect only after the next look. */
export type Fate = 'done' | 'unconfirmed' | 'late' | 'failed';

const startMs = 1_000_000;

/** Plans and their effect, without loops: for properties that hold in every world. */
export class PlanWorld {
  pods: PodView[];
  readonly ended: Set<string>;
  owners: readonly OwnerView[];
  #observed: ObservedLoadBalancer;
  #memory: Memory = emptyMemory;
  #nowMs = startMs;
  #made = 100;
  #changes: readonly HandChange[] = [];
  #late: readonly Step[] = [];
  readonly #tagged: boolean;
  readonly #quota: Quota;

  constructor(start: PlanWorldStart) {
    this.pods = [...start.pods];
    this.ended = new Set(start.ended);
    this.owners = start.owners;
    this.#tagged = start.tagged;
    this.#quota = start.quota ?? unknownQuota;
    const observed = anObserved({
      listeners: start.listeners,
      used: usedPlaces(clbId, start.owners),
      targets: start.targets.map(([target]) => target),
      health: new Map(start.targets.map(([target, health]) => [targetKey(target), health])),
    });
    this.#observed = this.#seen(observed);
  }

  get listeners() {
    return this.#observed.listeners;
  }

  plan(): Plan {
    const memory = refreshMemory(this.#memory, this.#own(), this.#nowMs);
    const { claims, pending, releases, owners } = scopeOf(clbId, this.owners, false, () => undefined);
    const plan = planChanges(
      someFacts({
        nowMs: this.#nowMs,
        claims,
        pending,
        owners,
        releases,
        observed: this.#observed,
        memory,
        quota: this.#quota,
        ...podFacts(this.pods, (uid) => this.ended.has(uid)),
      }),
    );
    const look = { observed: this.#observed, memory };
    this.#changes = handChanges(plan, look);
    this.#memory = memoryAfterPlan(look, plan, { before: undefined, isSeen: true, nowMs: this.#nowMs });
    return plan;
  }

  /** What other writers changed, by the last plan. */
  get changes(): readonly HandChange[] {
    return this.#changes;
  }

  apply({ steps }: Plan, fateOf: (step: Step) => Fate = () => 'done'): void {
    const fates = Map.groupBy(steps, fateOf);
    const done = fates.get('done') ?? [];
    const written = afterWrites(this.#memory, { sent: steps, done, nowMs: this.#nowMs });
    this.#memory = memoryAfterApply(written, { done, refused: [] }, this.#nowMs);
    // The CLB does its changes one after another.
    this.#change(this.#late);
    this.#late = fates.get('late') ?? [];
    this.#change(steps.filter((step) => ['done', 'unconfirmed'].includes(fateOf(step))));
  }

  /** As another writer does it. */
  setWeight(key: string, weight: number): void {
    this.#observed = mapTargets(this.#observed, (target) =>
      targetKey(target) === key ? { ...target, weight } : target,
    );
  }

  /** Every check passes, and as much time goes by as a step waits for. */
  passTime(plan: Plan): void {
    this.#observed = mapTargets(this.#observed, (target) => {
      return { ...target, health: target.health === 'Close' ? 'Close' : 'Alive' };
    });
    this.#nowMs += plan.dueInMs ?? 1_000;
  }

  settle(): void {
    for (let run = 0; run < 6; run += 1) {
      const plan = this.plan();
      this.apply(plan);
      this.passTime(plan);
    }
  }

  carrying(listenerId: string): BoundTarget[] {
    return this.#own().filter((target) => target.listenerId === listenerId && target.weight > 0);
  }

  serving(listenerId: string): BoundTarget[] {
    return this.carrying(listenerId).filter(({ health }) => isServing(health));
  }

  get observed(): ObservedLoadBalancer {
    return this.#observed;
  }

  /** The targets of the ready pods behind a binding. */
  readyTargets(binding: Binding, listenerId: string): string[] {
    const { backends } = podFacts(this.pods).backendsOf(binding);
    const ready = backends.filter(({ state }) => state === 'ready');
    return ready.map(({ ip, port }) => targetKey({ listenerId, ip, port })).toSorted();
  }

  /** Its own pod has ended, or is about to, or is not ready; or the address is certainly not its any more. */
  isPodLeaving(target: BoundTarget): boolean {
    const owner = target.tag ?? this.#memory.registeredFor.get(targetKey(target));
    const pods = this.pods.filter((pod) => pod.ip === target.ip && (owner === undefined || pod.uid === owner));
    if (pods.some((pod) => stageOf(pod) !== 'ready') || (owner !== undefined && this.ended.has(owner))) return true;
    const isLiving = (pod: PodView) => stageOf(pod) !== 'gone';
    const isTaken = this.pods.some((pod) => pod.ip === target.ip && pod.uid !== owner && isLiving(pod));
    const isElsewhere = this.pods.some((pod) => pod.uid === owner && pod.ip !== target.ip && isLiving(pod));
    return owner !== undefined && pods.length === 0 && (isTaken || isElsewhere);
  }

  #change(steps: readonly Step[]): void {
    const after = applySteps(this.#observed, steps, () => `lbl-${(this.#made += 1)}`);
    if (after !== undefined) this.#observed = this.#seen(after);
  }

  #own(): readonly BoundTarget[] {
    return boundTargets(this.#observed).filter(({ listenerId }) =>
      this.#observed.listeners.some(({ id, isOurs, others }) => id === listenerId && (isOurs || others !== undefined)),
    );
  }

  /** As the next look shows it: what was registered has no health yet, and in some worlds no tag. */
  #seen(observed: ObservedLoadBalancer): ObservedLoadBalancer {
    return mapTargets(observed, (target) => {
      const health = target.health ?? 'Unknown';
      return this.#tagged ? { ...target, health } : { ...target, health, tag: undefined };
    });
  }
}

function mapTargets(
  observed: ObservedLoadBalancer,
  change: (target: BoundTarget) => BoundTarget,
): ObservedLoadBalancer {
  return withTargets(observed, (id, targets) => {
    const changed = [...targets.values()].map((target) => change({ ...id, ...target }));
    return new Map(changed.map((target) => [addressKey(target), target]));
  });
}
