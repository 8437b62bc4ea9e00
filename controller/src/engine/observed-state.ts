import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { awaitsHealth, unseen, type BalancerState } from '../core/model/balancer-state.ts';
import type { HealthAnswer } from '../core/model/clb-port.ts';
import type { Trouble } from '../core/model/cloud-trouble.ts';
import type { Step } from '../core/model/step.ts';
import type { TargetAddress } from '../core/model/target.ts';
import { emptyMemory, type Memory } from '../core/plan/memory.ts';
import { stateAfterSteps } from '../core/plan/state-from-plan.ts';
import { trustedHealth, withHealth } from '../core/plan/trusted-health.ts';

interface Entry {
  readonly state: BalancerState;
  readonly memory: Memory;
}

/** What was last seen of each CLB. The balancer loop writes it, the other loops read it; losing it costs one look. */
export class ObservedState {
  readonly #entries = new Map<string, Entry>();
  /** Ids of CLBs, by UIDs of the owners that have places there. */
  readonly #byOwner = new Map<string, Set<string>>();

  of(balancerId: string): BalancerState | undefined {
    return this.#entries.get(balancerId)?.state;
  }

  memoryOf(balancerId: string): Memory {
    return this.#entries.get(balancerId)?.memory ?? emptyMemory;
  }

  /** Ids of the CLBs where an owner has places or is getting them. */
  balancersOf(ownerUid: string): readonly string[] {
    return [...(this.#byOwner.get(ownerUid) ?? [])];
  }

  set(state: BalancerState, memory: Memory): void {
    this.#reindex(state.id, state.ownerUids);
    this.#entries.set(state.id, { state, memory });
  }

  remember(balancerId: string, memory: Memory): void {
    const entry = this.#entries.get(balancerId);
    if (entry !== undefined) this.#entries.set(balancerId, { ...entry, memory });
  }

  /** Takes in what was changed, until the next look shows it. */
  apply(balancerId: string, done: readonly Step[]): void {
    const entry = this.#entries.get(balancerId);
    if (entry !== undefined) this.set(stateAfterSteps(entry.state, done), entry.memory);
  }

  /** Why nothing moves; undefined: it moves again. */
  setTrouble(balancerId: string, trouble: Trouble | undefined): void {
    this.set({ ...(this.of(balancerId) ?? unseen(balancerId)), trouble }, this.memoryOf(balancerId));
  }

  /** What else stands in the way of bindings, by bindingKey. */
  addObstacles(balancerId: string, obstacles: ReadonlyMap<string, Finding>): void {
    const state = this.of(balancerId);
    if (state === undefined) return;
    this.set({ ...state, obstacles: new Map([...state.obstacles, ...obstacles]) }, this.memoryOf(balancerId));
  }

  forget(balancerId: string): void {
    this.#reindex(balancerId, new Set());
    this.#entries.delete(balancerId);
  }

  all(): readonly BalancerState[] {
    return [...this.#entries.values()].map(({ state }) => state);
  }

  /** Ids of CLBs where a wanted target waits for its health check. */
  awaitingHealth(): readonly string[] {
    return this.all()
      .filter((state) => awaitsHealth(state))
      .map(({ id }) => id);
  }

  /** Takes in fresh health of one CLB and returns the targets whose health changed. */
  updateHealth(balancerId: string, healths: readonly HealthAnswer[], nowMs: number): readonly TargetAddress[] {
    const entry = this.#entries.get(balancerId);
    if (entry?.state.observed === undefined) return [];
    const { health, distrustUntilMs } = trustedHealth(healths, entry.memory.distrustUntilMs, nowMs);
    const { observed, changed } = withHealth(entry.state.observed, health);
    this.set({ ...entry.state, observed }, { ...entry.memory, distrustUntilMs });
    return changed;
  }

  #reindex(balancerId: string, now: ReadonlySet<string>): void {
    const before = this.of(balancerId)?.ownerUids ?? new Set();
    if (before === now) return;
    for (const uid of before) this.#leave(uid, balancerId);
    for (const uid of now) this.#byOwner.set(uid, (this.#byOwner.get(uid) ?? new Set()).add(balancerId));
  }

  #leave(uid: string, balancerId: string): void {
    const ids = this.#byOwner.get(uid);
    ids?.delete(balancerId);
    if (ids?.size === 0) this.#byOwner.delete(uid);
  }
}
