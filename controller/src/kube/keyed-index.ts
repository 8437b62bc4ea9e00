/** Views grouped by one of their fields; a view whose field is undefined stands in no group. */
export class KeyedIndex<T> {
  readonly #groups = new Map<string, Map<string, T>>();
  readonly #fieldOf: (view: T) => string | undefined;

  constructor(fieldOf: (view: T) => string | undefined) {
    this.#fieldOf = fieldOf;
  }

  get(field: string): readonly T[] {
    return [...(this.#groups.get(field)?.values() ?? [])];
  }

  put(key: string, now: T | undefined, before: T | undefined): void {
    if (before !== undefined) this.#remove(key, this.#fieldOf(before));
    const field = now === undefined ? undefined : this.#fieldOf(now);
    if (now === undefined || field === undefined) return;
    const group = this.#groups.get(field) ?? new Map<string, T>();
    this.#groups.set(field, group.set(key, now));
  }

  #remove(key: string, field: string | undefined): void {
    if (field === undefined) return;
    const group = this.#groups.get(field);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(field);
  }
}
