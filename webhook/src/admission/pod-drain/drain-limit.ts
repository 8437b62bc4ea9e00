/** How long one deletion waits at most. */
export interface DrainLimit {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** Somebody has asked before: the time began then. */
  endIn(ms: number): void;
}

export function startDrainLimit(limitMs: number): DrainLimit {
  const over = new AbortController();
  const endIn = (ms: number) => void setTimeout(() => over.abort(new Error('The limit has passed.')), ms).unref();
  endIn(limitMs);
  return { signal: over.signal, endIn };
}
