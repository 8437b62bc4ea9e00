import { stepKey, type Step } from '../core/model/step.ts';

/** What was last tried on each CLB, to notice changes that fail repeatedly. */
export class Attempts {
  /** The last change that the CLB confirmed. */
  readonly #confirmed = new Map<string, string>();
  readonly #failures = new Map<string, number>();
  /** What was done the last time, when something else failed. */
  readonly #done = new Map<string, string>();

  /** The CLB confirmed this very change before, and yet it has to be made again. */
  isRepeated(id: string, steps: readonly Step[]): boolean {
    return this.#confirmed.get(id) === textOf(steps);
  }

  /** The effect of what was confirmed has been seen, so that doing it again is another matter. */
  seen(id: string): void {
    this.#confirmed.delete(id);
  }

  /** Something was done although something else failed, and it is not just the same as the last time. */
  isProgress(id: string, done: readonly Step[]): boolean {
    const now = textOf(done);
    const before = this.#done.get(id);
    this.#done.set(id, now);
    return done.length > 0 && now !== before;
  }

  confirmed(id: string, steps: readonly Step[]): void {
    this.#done.delete(id);
    this.#confirmed.set(id, textOf(steps));
    this.#failures.delete(id);
  }

  /** Returns how many times in a row it came to nothing. */
  failed(id: string): number {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    return failures;
  }

  /** Nothing is left to do, or no owner wants anything there any more. */
  forget(id: string): void {
    this.#done.delete(id);
    this.#confirmed.delete(id);
    this.#failures.delete(id);
  }
}

function textOf(steps: readonly Step[]): string {
  return JSON.stringify(steps.map(stepKey));
}
