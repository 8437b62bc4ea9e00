/** Tells loops that go on from loops that got stuck, for /livez. A turn that fails counts: a restart would not cure that. */
export interface Pulse {
  /** The loop has begun, or has ended a turn. */
  beat(loop: string): void;
  /** The loop has ended as it should. */
  end(loop: string): void;
  /** Which loops got stuck, in words; empty = none. */
  problems(): readonly string[];
}

/** `limitMs`: how long a turn and the pause after it may take. The clock is one that never jumps. */
export function createPulse(o: { limitMs: number; monotonicMs(): number }): Pulse {
  const beats = new Map<string, number>();
  return {
    beat: (loop) => void beats.set(loop, o.monotonicMs()),
    end: (loop) => void beats.delete(loop),
    problems: () =>
      [...beats]
        .map(([loop, atMs]) => ({ loop, ageMs: Math.round(o.monotonicMs() - atMs) }))
        .filter(({ ageMs }) => ageMs > o.limitMs)
        .map(({ loop, ageMs }) => `the loop "${loop}" has not ended a turn for ${ageMs} ms`),
  };
}
