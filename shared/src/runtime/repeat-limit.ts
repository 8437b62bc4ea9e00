/** Limits how often the same thing is said, in a log or in an event. */
export interface RepeatLimit {
  /**
   * Whether to say it now. Returns true, and remembers that it was said, if the key is new, if the text differs from
   * the last one of the key, or if the last one was at least `repeatMs` ago.
   */
  allows(key: string, repeatMs: number, text?: string): boolean;
  /** The condition is over: the next text of the key is new again. */
  forget(key: string): void;
}

interface Said {
  readonly text: string;
  readonly atMs: number;
}

/** The least recently said key is dropped beyond this number; if it comes again, it counts as new. */
const defaultMostKeys = 10_000;

/** `nowMs`: a clock that never jumps; its zero does not matter. */
export function createRepeatLimit(nowMs: () => number, mostKeys = defaultMostKeys): RepeatLimit {
  const saidLast = new Map<string, Said>();

  function remember(key: string, said: Said): void {
    saidLast.delete(key);
    saidLast.set(key, said);
    const [oldest] = saidLast.keys();
    if (saidLast.size > mostKeys && oldest !== undefined) saidLast.delete(oldest);
  }

  return {
    allows(key, repeatMs, text = '') {
      const [atMs, last] = [nowMs(), saidLast.get(key)];
      if (last?.text === text && atMs - last.atMs < repeatMs) return false;
      remember(key, { text, atMs });
      return true;
    },
    forget: (key) => void saidLast.delete(key),
  };
}
