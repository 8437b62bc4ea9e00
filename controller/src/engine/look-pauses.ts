/** The first pause and the longest, which also bounds how late it is noticed that a CLB has come to be. */
export interface PauseLimits {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * CLBs of which nothing has been seen: they do not exist, or the cloud refuses to show them. Neither pods nor time make
 * them appear, so each is left alone for twice as long as before; whoever changes an owner that names one gets a look.
 */
export class LookPauses {
  readonly #limits: PauseLimits;
  readonly #failures = new Map<string, number>();
  readonly #refused = new Set<string>();

  constructor(limits: PauseLimits) {
    this.#limits = limits;
  }

  isPaused(id: string): boolean {
    return this.#failures.has(id);
  }

  /**
   * Returns how long to leave it alone now. `spread` is a number in [0, 1) that keeps many from coming back at once.
   */
  failed(id: string, spread: number): number {
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    const { firstMs, mostMs } = this.#limits;
    return Math.round(Math.min(mostMs, firstMs * 2 ** failures) * (0.75 + 0.25 * spread));
  }

  /** The cloud refused the last look; something may have been seen there before. */
  isRefused(id: string): boolean {
    return this.#refused.has(id);
  }

  noteRefused(id: string): void {
    this.#refused.add(id);
  }

  /** An owner that names it has changed. It counts as refused until a look succeeds. */
  endPause(id: string): void {
    this.#failures.delete(id);
  }

  /** It was seen, or nobody wants it any more. */
  forget(id: string): void {
    this.#refused.delete(id);
    this.#failures.delete(id);
  }
}
