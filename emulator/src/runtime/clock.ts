/** The time for every part of the emulator: the system's in a process, one that is moved by hand in tests. */
export interface Clock {
  now(): number;
  /** Runs once after the delay; the returned function takes it back. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's clock; every timer still open is dropped when the signal aborts. */
export function createSystemClock(signal: AbortSignal): Clock {
  const timers = new Set<NodeJS.Timeout>();
  signal.addEventListener('abort', () => {
    timers.forEach((timer) => clearTimeout(timer));
  });
  return {
    now: () => Date.now(),
    after(delayMs, run) {
      if (signal.aborted) return () => undefined;
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, delayMs);
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
  };
}
