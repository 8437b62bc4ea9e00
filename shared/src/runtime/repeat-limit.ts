/** Limits how often the same thing is said, in a log or in an event. */
export interface RepeatLimit {
  /**
   * Whether to say it now. Returns true, and remembers that it was said, if the key is new, if the text differs from
   * the last one of the key, or if the last one was at least `repeatMs` ago.
   */
  allows(key: string, repeatMs: number, said?: Partial<Saying>): boolean;
  /** The same, and remembers nothing. */
  isDue(key: string, repeatMs: number, said?: Partial<Saying>): boolean;
  /** The condition is over: the next text of the key is new again. */
  forget(key: string): void;
}

export interface Saying {
  readonly text: string;
  /** Whose keys are dropped when there are too many: of the group that has most of them. */
  readonly group: string;
}

interface Said extends Saying {
  readonly atMs: number;
}

/**
 * Beyond this number a key is dropped, and counts as new if it comes again: the least recently said one of the group
 * that has most of them, so that none makes what others said be repeated.
 */
const defaultMostKeys = 10_000;

/** `nowMs`: a clock that never jumps; its zero does not matter. */
export function createRepeatLimit(nowMs: () => number, mostKeys = defaultMostKeys): RepeatLimit {
  return new Remembered(nowMs, mostKeys);
}

class Remembered implements RepeatLimit {
  readonly #nowMs: () => number;
  readonly #mostKeys: number;
  readonly #saidLast = new Map<string, Said>();
  /** By group, the oldest first. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(nowMs: () => number, mostKeys: number) {
    this.#nowMs = nowMs;
    this.#mostKeys = mostKeys;
  }

  allows(key: string, repeatMs: number, { text = '', group = '' }: Partial<Saying> = {}): boolean {
    if (!this.isDue(key, repeatMs, { text })) return false;
    this.forget(key);
    this.#saidLast.set(key, { text, group, atMs: this.#nowMs() });
    this.#keys.set(group, (this.#keys.get(group) ?? new Set<string>()).add(key));
    if (this.#saidLast.size > this.#mostKeys) this.#forgetOldest();
    return true;
  }

  isDue(key: string, repeatMs: number, { text = '' }: Partial<Saying> = {}): boolean {
    const last = this.#saidLast.get(key);
    return last?.text !== text || this.#nowMs() - last.atMs >= repeatMs;
  }

  forget(key: string): void {
    const group = this.#saidLast.get(key)?.group ?? '';
    const keys = this.#keys.get(group);
    this.#saidLast.delete(key);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(group);
  }

  #forgetOldest(): void {
    const [first = new Set<string>(), ...others] = this.#keys.values();
    const [oldest] = others.reduce((loudest, keys) => (keys.size > loudest.size ? keys : loudest), first);
    if (oldest !== undefined) this.forget(oldest);
  }
}
