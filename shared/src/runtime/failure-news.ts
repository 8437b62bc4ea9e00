/** A failure that only repeats is told so often; a day without rights would fill a disk otherwise. */
const retellMs = 60_000;

/** Tells failures that are worth a line from those that only repeat. */
export interface FailureNews {
  /** `warn` when this failure of the key is another one than the last that was told, or that one was told long ago. */
  levelOf(key: string, error: unknown): 'warn' | 'debug';
  /** It went well: the next failure is news. */
  forget(key: string): void;
}

export function createFailureNews(): FailureNews {
  const told = new Map<string, { readonly text: string; readonly at: number }>();
  return {
    levelOf(key, error) {
      const [text, at, last] = [String(error), performance.now(), told.get(key)];
      if (last?.text === text && at - last.at < retellMs) return 'debug';
      told.set(key, { text, at });
      return 'warn';
    },
    forget: (key) => void told.delete(key),
  };
}
