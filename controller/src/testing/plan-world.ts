import { portOn, selects, type Binding } from '../core/binding.ts';
import { scopeOf } from '../core/claims.ts';
import type { Health, Listener, ObservedTarget, TargetRef } from '../core/clb-port.ts';
import { adoptOwners, emptyMemory, refreshMemory, type Memory } from '../core/memory.ts';
import { ownerOfListener } from '../core/ownership.ts';
import { planChanges, type Plan } from '../core/plan.ts';
import { isServing, targetKey } from '../core/target.ts';
import { stageOf, type PodView, type ServiceView } from '../core/views.ts';
import { clbId, clusterId, someFacts } from './builders.ts';

export interface PlanWorldStart {
  readonly pods: readonly PodView[];
  readonly services: readonly ServiceView[];
  readonly listeners: readonly Listener[];
  readonly targets: readonly (readonly [ObservedTarget, Health])[];
  readonly ended: ReadonlySet<string>;
  readonly tagged: boolean;
}

const startMs = 1_000_000;

/** Plans and their effect, without loops: for properties that hold in every world. */
export class PlanWorld {
  pods: PodView[];
  listeners: Listener[];
  readonly ended: Set<string>;
  readonly #services: readonly ServiceView[];
  readonly #targets: Map<string, ObservedTarget>;
  readonly #health: Map<string, Health>;
  #memory: Memory = emptyMemory;
  #nowMs = startMs;
  #made = 100;
  readonly #tagged: boolean;

  constructor(start: PlanWorldStart) {
    this.pods = [...start.pods];
    this.listeners = [...start.listeners];
    this.ended = new Set(start.ended);
    this.#services = start.services;
    this.#tagged = start.tagged;
    this.#targets = new Map(start.targets.map(([target]) => [targetKey(target), this.#seen(target)]));
    this.#health = new Map(start.targets.map(([target, health]) => [targetKey(target), health]));
  }

  plan(): Plan {
    const own = this.listeners.filter(({ name }) => ownerOfListener(name, clusterId) !== undefined);
    const targets = [...this.#targets.values()].filter(({ listenerId }) => own.some(({ id }) => id === listenerId));
    const memory = refreshMemory(this.#memory, targets, this.#nowMs);
    const { claims, releases } = scopeOf(clbId, this.#services, false, () => undefined);
    const plan = planChanges(
      someFacts({
        nowMs: this.#nowMs,
        claims,
        releases,
        listeners: this.listeners,
        targets,
        health: this.#health,
        memory,
        podsOf: (binding) => this.#podsOf(binding),
        podsAt: (ip) => this.pods.filter((pod) => pod.ip === ip),
        hasEnded: (uid) => this.ended.has(uid),
      }),
    );
    const held = plan.withheld.map(targetKey);
    const heldSinceMs = new Map(held.map((key) => [key, memory.heldSinceMs.get(key) ?? this.#nowMs]));
    this.#memory = { ...adoptOwners(memory, plan.wanted, targets), heldSinceMs };
    return plan;
  }

  apply(plan: Plan): void {
    const weigh = (refs: readonly TargetRef[], weight: number) => {
      for (const key of refs.map(targetKey)) {
        const target = this.#targets.get(key);
        if (target !== undefined) this.#targets.set(key, { ...target, weight });
      }
    };
    weigh(plan.drain, 0);
    for (const spec of plan.createListeners) this.listeners.push({ ...spec, id: `lbl-${(this.#made += 1)}` });
    this.#drop([...plan.evict, ...plan.deregister]);
    const registeredFor = new Map(this.#memory.registeredFor);
    for (const spec of plan.register) {
      this.#targets.set(targetKey(spec), this.#seen(spec));
      this.#health.set(targetKey(spec), 'Unknown');
      registeredFor.set(targetKey(spec), spec.tag);
    }
    this.#memory = { ...this.#memory, registeredFor };
    weigh(plan.restore, plan.restoreWeight);
    const deleted = new Set(plan.deleteListeners);
    this.listeners = this.listeners.filter(({ id }) => !deleted.has(id));
    this.#drop([...this.#targets.values()].filter(({ listenerId }) => deleted.has(listenerId)));
  }

  /** Every check passes, and as much time goes by as somebody waits for. */
  passTime(plan: Plan): void {
    for (const [key, health] of this.#health) if (health !== 'Close') this.#health.set(key, 'Alive');
    this.#nowMs += plan.dueInMs ?? 1_000;
  }

  settle(): void {
    for (let turn = 0; turn < 6; turn += 1) {
      const plan = this.plan();
      this.apply(plan);
      this.passTime(plan);
    }
  }

  carrying(listenerId: string): ObservedTarget[] {
    return [...this.#targets.values()].filter((target) => target.listenerId === listenerId && target.weight > 0);
  }

  serving(listenerId: string): ObservedTarget[] {
    return this.carrying(listenerId).filter((target) => isServing(this.#health.get(targetKey(target))));
  }

  get elapsedMs(): number {
    return this.#nowMs - startMs;
  }

  readyTargets(binding: Binding, listenerId: string): string[] {
    const ready = this.#podsOf(binding).filter((pod) => stageOf(pod) === 'ready' && !pod.hostNetwork);
    const keys = ready.flatMap((pod) => {
      const port = portOn(pod, binding);
      return pod.ip === undefined || port === undefined ? [] : [targetKey({ listenerId, ip: pod.ip, port })];
    });
    return [...new Set(keys)].toSorted();
  }

  /** Its own pod has ended, or is about to, or is not ready. */
  isPodLeaving(target: ObservedTarget): boolean {
    const owner = target.tag ?? this.#memory.registeredFor.get(targetKey(target));
    const pods = this.pods.filter((pod) => pod.ip === target.ip && (owner === undefined || pod.uid === owner));
    return pods.some((pod) => stageOf(pod) !== 'ready') || (owner !== undefined && this.ended.has(owner));
  }

  #podsOf({ namespace, selector }: Binding): PodView[] {
    return this.pods.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));
  }

  #seen(target: ObservedTarget): ObservedTarget {
    return this.#tagged ? target : { ...target, tag: undefined };
  }

  #drop(refs: readonly TargetRef[]): void {
    for (const key of refs.map(targetKey)) {
      this.#targets.delete(key);
      this.#health.delete(key);
    }
  }
}
