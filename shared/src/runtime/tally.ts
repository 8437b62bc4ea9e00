/** How many there are of each name. */
export class Tally {
  readonly #byName = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  of(name: string): number {
    return this.#byName.get(name) ?? 0;
  }

  add(name: string, count: 1 | -1): void {
    const sum = this.of(name) + count;
    this.#total += count;
    if (sum === 0) this.#byName.delete(name);
    else this.#byName.set(name, sum);
  }
}
