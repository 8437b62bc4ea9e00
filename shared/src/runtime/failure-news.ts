import { createRepeatLimit } from './repeat-limit.ts';

/** A failure that only repeats is logged once in this time; a day without permissions would fill a disk otherwise. */
const repeatMs = 60_000;

/** Picks the log level of a failure: a failure that only repeats is worth no warning. */
export interface FailureNews {
  /** `warn` when this failure of the key differs from the last one, or when the last warning was long ago. */
  levelOf(key: string, error: unknown): 'warn' | 'debug';
  /** The key succeeded: its next failure is a warning. */
  forget(key: string): void;
}

export function createFailureNews(): FailureNews {
  const limit = createRepeatLimit(() => performance.now());
  return {
    levelOf: (key, error) => (limit.allows(key, repeatMs, { text: String(error) }) ? 'warn' : 'debug'),
    forget: (key) => limit.forget(key),
  };
}
