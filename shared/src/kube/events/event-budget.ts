/** How many one object may have at once, and how long it takes until one more is allowed. */
export interface Allowance {
  readonly burst: number;
  readonly refillMs: number;
}

const newEvents: Allowance = { burst: 25, refillMs: 30_000 };
const mostObjects = 5_000;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Keeps a single object from filling the cluster's event store, or the log. */
export class EventBudget {
  readonly #buckets = new Map<string, Bucket>();
  readonly #allowance: Allowance;

  constructor(allowance = newEvents) {
    this.#allowance = allowance;
  }

  /** Takes one event's worth for the object; false when it has had enough for now. */
  take(object: string, nowMs: number): boolean {
    const { burst, refillMs } = this.#allowance;
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
