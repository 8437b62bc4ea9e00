/** Names whose last turn is remembered: namespaces come and go. */
const mostRemembered = 4_096;

/** Who had a turn when. */
export class Turns {
  readonly #last = new Map<string, number>();
  #count = 0;

  note(name: string): void {
    this.#count += 1;
    this.#last.delete(name);
    this.#last.set(name, this.#count);
    const [oldest] = this.#last.keys();
    if (this.#last.size > mostRemembered && oldest !== undefined) this.#last.delete(oldest);
  }

  /** Below 0: it is the turn of `a`. Whoever had none yet comes before all who had one. */
  compare(a: string, b: string): number {
    return (this.#last.get(a) ?? 0) - (this.#last.get(b) ?? 0);
  }
}
