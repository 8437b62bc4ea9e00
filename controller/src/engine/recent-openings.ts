import { balancersOf, type OwnerView } from '../core/model/owner-view.ts';
import { isDrainOfEnding, type SetWeight, type Step } from '../core/model/step.ts';
import { waitForDrains } from '../core/plan/expected-drains.ts';

interface Times {
  /** See `waitForDrains`. */
  readonly withinMs: number;
  /** How long after a gate its old pod ends, at most. */
  readonly keptMs: number;
  /** By a clock that never jumps. */
  readonly nowMs: () => number;
}

/** Of one owner on one CLB. */
interface Openings {
  /** Of the gates that no drain has answered. */
  readonly atMs: readonly number[];
  /** When the first drain that waits was due; undefined: none waits. */
  readonly dueSinceMs: number | undefined;
}

/** Which owners' gates were opened lately: their old pods are about to end. */
export class RecentOpenings {
  /** By keyOf. */
  readonly #openings = new Map<string, Openings>();
  readonly #times: Times;

  constructor(times: Times) {
    this.#times = times;
  }

  /** A gate of these owners was opened. */
  note(owners: readonly OwnerView[]): void {
    this.#forgetOld();
    const keys = owners.flatMap((owner) => balancersOf(owner).map((id) => keyOf(id, owner.uid)));
    for (const key of keys) {
      const { atMs, dueSinceMs } = this.#openings.get(key) ?? { atMs: [], dueSinceMs: undefined };
      this.#openings.set(key, { atMs: [...atMs, this.#times.nowMs()], dueSinceMs });
    }
  }

  /** How long these steps on the CLB wait for drains that are about to be due; undefined: not at all. */
  waitMs(balancerId: string, steps: readonly Step[]): number | undefined {
    this.#forgetOld();
    const { withinMs, nowMs } = this.#times;
    const expected = [...ownersOf(steps.filter(isDrainOfEnding))].flatMap((uid) => {
      const { atMs, dueSinceMs = nowMs() } = this.#openings.get(keyOf(balancerId, uid)) ?? { atMs: [] };
      if (atMs.length === 0) return [];
      this.#openings.set(keyOf(balancerId, uid), { atMs, dueSinceMs });
      return [[uid, { count: atMs.length, sinceMs: dueSinceMs }] as const];
    });
    return waitForDrains(steps, { expected: new Map(expected), nowMs: nowMs(), withinMs });
  }

  /** These are sent: each pod answers one gate. */
  answered(balancerId: string, steps: readonly Step[]): void {
    const drains = steps.filter(isDrainOfEnding);
    for (const uid of ownersOf(drains)) {
      const key = keyOf(balancerId, uid);
      const pods = new Set(drains.filter(({ owners }) => owners.includes(uid)).map(({ target }) => target.ip));
      const left = this.#openings.get(key)?.atMs.slice(pods.size) ?? [];
      if (left.length === 0) this.#openings.delete(key);
      else this.#openings.set(key, { atMs: left, dueSinceMs: undefined });
    }
  }

  #forgetOld(): void {
    const { keptMs, nowMs } = this.#times;
    const sinceMs = nowMs() - keptMs;
    for (const [key, openings] of this.#openings) {
      const atMs = openings.atMs.filter((one) => one > sinceMs);
      if (atMs.length === 0) this.#openings.delete(key);
      else this.#openings.set(key, { ...openings, atMs });
    }
  }
}

function keyOf(balancerId: string, ownerUid: string): string {
  return `${balancerId} ${ownerUid}`;
}

function ownersOf(drains: readonly SetWeight[]): ReadonlySet<string> {
  return new Set(drains.flatMap(({ owners }) => owners));
}
