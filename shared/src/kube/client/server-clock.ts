/** The API server's clock, from its answers: it does not jump with the clock of this machine. */
export interface ServerClock {
  /** Now, by the API server's clock; by our own before the first answer. */
  nowMs(): number;
  /** How far the API server's clock is ahead of ours; undefined before the first answer. */
  offsetMs(): number | undefined;
  /** An answer with this Date header came; times are milliseconds of performance.now(). */
  received(date: string | undefined, sentAt: number, receivedAt: number): void;
}

/** What the server's clock is ahead of the monotonic one, between two bounds. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A Date header has whole seconds, cut off. */
const resolutionMs = 1_000;

/**
 * Counts from the monotonic clock, which never jumps. Each answer narrows the bounds; one that contradicts them (a
 * machine that was suspended, another API server) starts over.
 */
export function createServerClock(): ServerClock {
  let bounds: Bounds | undefined;

  function nowMs(): number {
    return bounds === undefined ? Date.now() : performance.now() + (bounds.low + bounds.high) / 2;
  }

  return {
    nowMs,
    offsetMs: () => (bounds === undefined ? undefined : nowMs() - Date.now()),
    received: (date, sentAt, receivedAt) => {
      const serverMs = Date.parse(date ?? '');
      if (Number.isNaN(serverMs)) return;
      bounds = narrowed(bounds, { low: serverMs - receivedAt, high: serverMs + resolutionMs - sentAt });
    },
  };
}

function narrowed(known: Bounds | undefined, seen: Bounds): Bounds {
  const both = { low: Math.max(known?.low ?? seen.low, seen.low), high: Math.min(known?.high ?? seen.high, seen.high) };
  return both.low <= both.high ? both : seen;
}
