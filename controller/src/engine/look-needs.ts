/** CLBs that need a whole look: what is known of them is missing, doubted or to be compared again. */
export class LookNeeds {
  readonly #ids = new Set<string>();

  need(id: string): void {
    this.#ids.add(id);
  }

  /** Whether one is needed; it is taken to be made now. */
  take(id: string): boolean {
    return this.#ids.delete(id);
  }
}
