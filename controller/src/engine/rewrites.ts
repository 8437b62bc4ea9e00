/** Bounds how often one change is made again that somebody else undoes, as a tool that applies a manifest does. */
export interface Rewrites {
  /** How long the change has to wait; undefined: it may be made. */
  waitMs(change: string): number | undefined;
  /** It was made. */
  note(change: string): void;
}

interface Limits {
  readonly most: number;
  readonly withinMs: number;
  /** Closer than this they are one: the watch has not shown the first yet. */
  readonly apartMs: number;
}

const usualRewrites: Limits = { most: 5, withinMs: 3_600_000, apartMs: 1_000 };

/** The change that was made least recently is forgotten beyond this number, and begins anew. */
const mostChanges = 10_000;

export function createRewrites(nowMs: () => number, { most, withinMs, apartMs } = usualRewrites): Rewrites {
  const made = new Map<string, readonly number[]>();
  const recent = (change: string) => (made.get(change) ?? []).filter((atMs) => nowMs() - atMs < withinMs);
  return {
    waitMs: (change) => {
      const times = recent(change);
      return times.length < most ? undefined : withinMs - (nowMs() - (times[0] ?? 0));
    },
    note: (change) => {
      const times = recent(change);
      if (nowMs() - (times.at(-1) ?? -Infinity) < apartMs) return;
      made.delete(change);
      made.set(change, [...times, nowMs()]);
      const [oldest] = made.keys();
      if (made.size > mostChanges && oldest !== undefined) made.delete(oldest);
    },
  };
}
