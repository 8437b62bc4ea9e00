import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { unseen, type BalancerState } from '../core/model/balancer-state.ts';
import type { HealthAnswer } from '../core/model/clb-port.ts';
import type { Trouble } from '../core/model/cloud-trouble.ts';
import { isTargetStep, targetKeysOf, type Step } from '../core/model/step.ts';
import { targetKey, type TargetAddress } from '../core/model/target.ts';
import { checkSpeed } from '../core/plan/check-speed.ts';
import { emptyMemory, type Memory } from '../core/plan/memory.ts';
import { isHealthDue, isHealthUrgent, type IsHeld } from '../core/plan/health-due.ts';
import { stateAfterSteps } from '../core/plan/state-from-plan.ts';
import { trustedHealth, withHealth } from '../core/plan/trusted-health.ts';
import { verifyWrites } from '../core/plan/verify-writes.ts';

interface Entry {
  readonly state: BalancerState;
  readonly memory: Memory;
  /** When the last answer about health was asked for. */
  readonly askedAtMs: number;
}

/** What CLBs answered about the health of their targets. */
interface Heard {
  readonly answers: readonly HealthAnswer[];
  readonly askedAtMs: number;
  readonly nowMs: number;
  /** See verifyWrites. */
  readonly lagMs: number;
}

/** What is new in it. */
interface News {
  /** Targets whose health changed. */
  readonly changed: readonly TargetAddress[];
  /** It shows other targets or weights than are known, and no look has been asked for because of these before. */
  readonly isContradiction: boolean;
  /** Targets of which it is the first to show what was written. */
  readonly verified: readonly TargetAddress[];
}

const noNews: News = { changed: [], isContradiction: false, verified: [] };

/** What was last seen of each CLB. The balancer loop writes it, the other loops read it; losing it costs one look. */
export class ObservedState {
  readonly #entries = new Map<string, Entry>();
  /** Ids of CLBs, by UIDs of the owners that have places there. */
  readonly #byOwner = new Map<string, Set<string>>();
  /** CLBs that are being written to, and keys of these targets, of which an answer may show anything; or of all. */
  readonly #inWriting = new Map<string, ReadonlySet<string> | 'all'>();
  /** What contradictions were about that a look was asked for; none since the last write. */
  readonly #contradicted = new Map<string, string>();

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
    this.#entries.set(state.id, { state, memory, askedAtMs: this.#entries.get(state.id)?.askedAtMs ?? -Infinity });
  }

  remember(balancerId: string, memory: Memory): void {
    const entry = this.#entries.get(balancerId);
    if (entry !== undefined) this.#entries.set(balancerId, { ...entry, memory });
  }

  /** Until `apply` takes in what was done. */
  beginWrites(balancerId: string, steps: readonly Step[]): void {
    this.#inWriting.set(balancerId, steps.every(isTargetStep) ? new Set(targetKeysOf(steps)) : 'all');
  }

  /** Takes in what was changed, until the next look shows it. */
  apply(balancerId: string, done: readonly Step[]): void {
    this.#inWriting.delete(balancerId);
    this.#contradicted.delete(balancerId);
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
    this.#inWriting.delete(balancerId);
    this.#contradicted.delete(balancerId);
  }

  all(): readonly BalancerState[] {
    return [...this.#entries.values()].map(({ state }) => state);
  }

  /** Ids of CLBs where an answer about health can say something that is waited for. */
  dueForHealth(timing: {
    readonly nowMs: number;
    readonly verifyMs: number;
    readonly isHeld: IsHeld;
  }): readonly string[] {
    const due = [...this.#entries.values()].filter(({ state, memory }) => isHealthDue(state, memory, timing));
    return due.map(({ state }) => state.id);
  }

  /** A held deletion waits for the answer of one of them, and none was asked for since its weight 0 was written. */
  isHealthUrgent(isHeld: IsHeld, isAskedFor: (balancerId: string) => boolean): boolean {
    const entries = [...this.#entries.values()].filter(({ state }) => isAskedFor(state.id));
    return entries.some(({ state, memory, askedAtMs }) => isHealthUrgent(state, memory, { askedAtMs, isHeld }));
  }

  /** Takes in what one CLB answered. */
  hear(balancerId: string, { answers, askedAtMs, nowMs, lagMs }: Heard): News {
    const entry = this.#entries.get(balancerId);
    if (entry?.state.observed === undefined) return noNews;
    const { health, distrustUntilMs } = trustedHealth(answers, entry.memory.distrustUntilMs, nowMs);
    const { observed, changed } = withHealth(entry.state.observed, health);
    const state = { ...entry.state, observed };
    const checks = checkSpeed({ before: entry.state.observed, after: observed }, entry.memory, askedAtMs);
    const memory = { ...entry.memory, distrustUntilMs, checks };
    const inWriting = this.#inWriting.get(balancerId);
    if (inWriting === 'all') {
      this.#entries.set(balancerId, { state, memory, askedAtMs });
      return { ...noNews, changed };
    }
    const found = verifyWrites(observed, memory, { answers, askedAtMs, lagMs, ...(inWriting && { inWriting }) });
    this.#entries.set(balancerId, { state, memory: found.memory, askedAtMs });
    const verified = answers.filter((answer) => found.verified.has(targetKey(answer)));
    return { changed, verified, isContradiction: this.#isNew(balancerId, found.contradicted) };
  }

  /** One look is enough: where the two kinds of answers differ for long, a look each time would change nothing. */
  #isNew(balancerId: string, contradicted: readonly string[]): boolean {
    const now = contradicted.toSorted().join(' ');
    const before = this.#contradicted.get(balancerId) ?? '';
    this.#contradicted.set(balancerId, now);
    return now !== '' && now !== before;
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
