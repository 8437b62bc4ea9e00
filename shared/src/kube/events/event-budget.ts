/** New events that one object may have at once, and how long it takes until one more is allowed. */
const burst = 25;
const refillMs = 30_000;
const mostObjects = 5_000;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Keeps a single object from filling the cluster's event store. */
export class EventBudget {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one event's worth for the object; false when it has had enough for now. */
  take(object: string, nowMs: number): boolean {
    const { tokens, atMs } = this.#buckets.get(object) ?? { tokens: burst, atMs: nowMs };
    const refilled = Math.min(burst, tokens + (nowMs - atMs) / refillMs);
    const allowed = refilled >= 1;
    this.#buckets.delete(object);
    this.#buckets.set(object, { tokens: allowed ? refilled - 1 : refilled, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > mostObjects && oldest !== undefined) this.#buckets.delete(oldest);
    return allowed;
  }
}
