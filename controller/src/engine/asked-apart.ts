import { pauseAfter } from '../core/plan/pauses.ts';

/** Calls that are on their way at once, so that those that hang do not take the rate limit of all others. */
const mostAtOnce = 4;

/**
 * CLBs that did not answer among others: each is asked in a call of its own until it does, and nobody waits for that.
 * One that never does would keep back the others' answers each time.
 */
export class AskedApart {
  readonly #failures = new Map<string, { readonly count: number; readonly againMs: number }>();
  readonly #calls = new Map<string, Promise<void>>();

  has(id: string): boolean {
    return this.#failures.has(id);
  }

  /** It failed with others, and may not be the one that failed them. */
  noteFailedWithOthers(id: string): void {
    this.#failures.set(id, { count: 0, againMs: -Infinity });
  }

  /** Starts what may be asked for now. */
  start(ids: readonly string[], nowMs: number, ask: (id: string) => Promise<void>): void {
    const due = ids.filter((id) => !this.#calls.has(id) && (this.#failures.get(id)?.againMs ?? Infinity) <= nowMs);
    const first = due.toSorted((a, b) => this.#againMs(a) - this.#againMs(b));
    for (const id of first.slice(0, mostAtOnce - this.#calls.size)) {
      const call = ask(id).finally(() => this.#calls.delete(id));
      this.#calls.set(id, call);
    }
  }

  answered(id: string): void {
    this.#failures.delete(id);
  }

  failed(id: string, nowMs: number): void {
    const count = (this.#failures.get(id)?.count ?? 0) + 1;
    this.#failures.set(id, { count, againMs: nowMs + pauseAfter('transient', count, 1) });
  }

  /** Those that are gone meanwhile. */
  forgetOthersThan(isKnown: (id: string) => boolean): void {
    for (const id of this.#failures.keys()) if (!isKnown(id)) this.#failures.delete(id);
  }

  async ended(): Promise<void> {
    await Promise.all(this.#calls.values());
  }

  #againMs(id: string): number {
    return this.#failures.get(id)?.againMs ?? -Infinity;
  }
}
