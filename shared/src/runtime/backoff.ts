/** Growing pauses: doubling from the least to the most, each shortened by chance by up to half. */
export interface Backoff {
  nextMs(): number;
  /** After success the next pause is the least one again. */
  reset(): void;
}

export function createBackoff(bounds: { minMs: number; maxMs: number }): Backoff {
  let step = 0;
  return {
    nextMs: () => {
      const fullMs = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(step, 30));
      step += 1;
      return fullMs * between(0.5, 1);
    },
    reset: () => {
      step = 0;
    },
  };
}

/** A random number between two bounds, so that many processes do not act in step. */
export function between(low: number, high: number): number {
  return low + Math.random() * (high - low);
}
