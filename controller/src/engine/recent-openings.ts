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

/** Of one owner. */
interface Openings {
  /** Of the gates that no drain has answered. */
  readonly atMs: readonly number[];
  /** When the first drain that waits was due; undefined: none waits. */
  readonly dueSinceMs: number | undefined;
}

/** Which owners' gates were opened lately: their old pods are about to end. */
export class RecentOpenings {
  /** By the uid of the owner. */
  readonly #byOwner = new Map<string, Openings>();
  readonly #times: Times;

  constructor(times: Times) {
    this.#times = times;
  }

  /** A gate of these owners was opened. */
  note(owners: readonly { readonly uid: string }[]): void {
    this.#forgetOld();
    for (const { uid } of owners) {
      const { atMs, dueSinceMs } = this.#byOwner.get(uid) ?? { atMs: [], dueSinceMs: undefined };
      this.#byOwner.set(uid, { atMs: [...atMs, this.#times.nowMs()], dueSinceMs });
    }
  }

  /** How long these steps wait for drains that are about to be due; undefined: not at all. */
  waitMs(steps: readonly Step[]): number | undefined {
    this.#forgetOld();
    const nowMs = this.#times.nowMs();
    for (const uid of ownersOf(steps.filter(isDrainOfEnding))) {
      const openings = this.#byOwner.get(uid);
      if (openings?.dueSinceMs === undefined && openings) this.#byOwner.set(uid, { ...openings, dueSinceMs: nowMs });
    }
    const counted = [...this.#byOwner].map(([uid, { atMs, dueSinceMs = nowMs }]) => {
      return [uid, { count: atMs.length, sinceMs: dueSinceMs }] as const;
    });
    return waitForDrains(steps, { expected: new Map(counted), nowMs, withinMs: this.#times.withinMs });
  }

  /** These are sent: each answers one gate. */
  answered(steps: readonly Step[]): void {
    const drains = steps.filter(isDrainOfEnding);
    for (const uid of ownersOf(drains)) {
      const pods = new Set(drains.filter(({ owners }) => owners.includes(uid)).map(({ target }) => target.ip));
      const left = this.#byOwner.get(uid)?.atMs.slice(pods.size) ?? [];
      if (left.length === 0) this.#byOwner.delete(uid);
      else this.#byOwner.set(uid, { atMs: left, dueSinceMs: undefined });
    }
  }

  #forgetOld(): void {
    const { keptMs, nowMs } = this.#times;
    const sinceMs = nowMs() - keptMs;
    for (const [uid, openings] of this.#byOwner) {
      const atMs = openings.atMs.filter((one) => one > sinceMs);
      if (atMs.length === 0) this.#byOwner.delete(uid);
      else this.#byOwner.set(uid, { ...openings, atMs });
    }
  }
}

function ownersOf(drains: readonly SetWeight[]): ReadonlySet<string> {
  return new Set(drains.flatMap(({ owners }) => owners));
}
