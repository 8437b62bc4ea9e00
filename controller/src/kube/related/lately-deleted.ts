import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

export interface LatelyDeletedOptions {
  /** undefined: nothing is remembered. */
  readonly remembersMs?: number;
  readonly signal: AbortSignal;
  readonly onForgotten: (name: string) => void;
}

/** What objects were that were deleted a moment ago: in memory alone; lost, they count as gone for good. */
export class LatelyDeleted<T extends object> {
  readonly #was = new Map<string, T>();
  readonly #options: LatelyDeletedOptions;

  constructor(options: LatelyDeletedOptions) {
    this.#options = options;
  }

  get(name: string): T | undefined {
    return this.#was.get(name);
  }

  see(name: string, now: T | undefined, before: T | undefined): void {
    if (now !== undefined) this.#was.delete(name);
    else if (before !== undefined && this.#options.remembersMs !== undefined) {
      this.#was.set(name, before);
      this.#forget(name, before).catch(atTheEnd);
    }
  }

  async #forget(name: string, was: T): Promise<void> {
    await sleep(this.#options.remembersMs ?? 0, this.#options.signal);
    if (this.#was.get(name) !== was) return;
    this.#was.delete(name);
    this.#options.onForgotten(name);
  }
}

const atTheEnd = () => undefined;
