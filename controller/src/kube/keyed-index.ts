/**
 * Views grouped by fields that they have. A view is in the group of each of its fields; without fields it is in none.
 */
export class KeyedIndex<T> {
  readonly #groups = new Map<string, Map<string, T>>();
  readonly #fieldsOf: (view: T) => readonly string[];

  constructor(fieldsOf: (view: T) => readonly string[]) {
    this.#fieldsOf = fieldsOf;
  }

  get(field: string): readonly T[] {
    return [...(this.#groups.get(field)?.values() ?? [])];
  }

  /** `before` names the groups that the view leaves, so it must be what was put last under this key. */
  put(key: string, now: T | undefined, before: T | undefined): void {
    if (before !== undefined) for (const field of this.#fieldsOf(before)) this.#remove(key, field);
    if (now !== undefined) for (const field of this.#fieldsOf(now)) this.#add(key, field, now);
  }

  #add(key: string, field: string, view: T): void {
    const group = this.#groups.get(field) ?? new Map<string, T>();
    this.#groups.set(field, group.set(key, view));
  }

  #remove(key: string, field: string): void {
    const group = this.#groups.get(field);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(field);
  }
}
