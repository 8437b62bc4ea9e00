/** The last entries of a log, numbered from 1; what falls out at the far end is gone. */
export interface Ring<T> {
  readonly add: (entry: T) => T & { seq: number };
  /** Entries with a greater number than this. */
  readonly since: (seq: number) => (T & { seq: number })[];
  /** The number of the newest entry. */
  readonly last: () => number;
}

/** Makes a ring of this size. */
export function createRing<T extends object>(size: number): Ring<T> {
  const entries: (T & { seq: number })[] = [];
  let last = 0;
  return {
    last: () => last,
    add(entry) {
      last += 1;
      const numbered = { seq: last, ...entry };
      entries[(last - 1) % size] = numbered;
      return numbered;
    },
    since(seq) {
      const first = Math.max(seq + 1, last - size + 1, 1);
      const numbers = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
      return numbers.map((number) => entries[(number - 1) % size]).filter((entry) => entry !== undefined);
    },
  };
}
