/** Measures for how long the same state was seen without interruption. */
export interface Steadiness {
  /** '' = not in the state. Milliseconds since it was first seen. */
  observe(state: string): number;
}

/** Measures by a clock that never jumps; a new process starts at zero. */
export function startSteadiness(monotonicMs: () => number): Steadiness {
  let current = '';
  let sinceMs = 0;
  return {
    observe(state) {
      if (state !== current) [current, sinceMs] = [state, monotonicMs()];
      return state === '' ? 0 : monotonicMs() - sinceMs;
    },
  };
}
