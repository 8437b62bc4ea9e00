import { isDrainOfEnding, type Step } from '../core/model/step.ts';
import { waitForDrains, type OpenedGates } from '../core/plan/expected-drains.ts';

interface Times {
  /** See `waitForDrains`. */
  readonly withinMs: number;
  /** By a clock that never jumps. */
  readonly nowMs: () => number;
}

/** Which owners' gates were opened a moment ago: their old pods are about to end. Losing it costs a write or two. */
export class RecentOpenings {
  readonly #opened = new Map<string, OpenedGates>();
  readonly #times: Times;

  constructor(times: Times) {
    this.#times = times;
  }

  /** A gate within the time counts with those before it: a row of them lets no drain wait for longer. */
  note(owners: readonly { readonly uid: string }[]): void {
    const nowMs = this.#times.nowMs();
    this.#forgetOld(nowMs);
    for (const { uid } of owners) {
      const { sinceMs, count } = this.#opened.get(uid) ?? { sinceMs: nowMs, count: 0 };
      this.#opened.set(uid, { sinceMs, count: count + 1 });
    }
  }

  /** How long these steps wait for drains that are about to be due; undefined: not at all. */
  waitMs(steps: readonly Step[]): number | undefined {
    const { withinMs, nowMs } = this.#times;
    return waitForDrains(steps, { opened: this.#opened, nowMs: nowMs(), withinMs });
  }

  /** Who comes after a drain waits for nobody. */
  answered(steps: readonly Step[]): void {
    for (const uid of steps.filter(isDrainOfEnding).flatMap(({ owners }) => owners)) this.#opened.delete(uid);
  }

  #forgetOld(nowMs: number): void {
    for (const [uid, { sinceMs }] of this.#opened) {
      if (nowMs - sinceMs >= this.#times.withinMs) this.#opened.delete(uid);
    }
  }
}
