import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

/** Time enough to make an object again that a person or a tool deleted; too short to matter when TKE is removed. */
const usualMs = 300_000;

/** An object whose absence counts only when it lasts, because others act on it and cannot take that back. */
export interface Lasting<T> {
  /** As it was last seen; undefined: it was never there, or is gone for long enough. */
  readonly now: () => T | undefined;
  /** undefined: it is gone. */
  readonly take: (found: T | undefined) => void;
}

/** `change` is called whenever `now` may answer something else. */
export function lasting<T>(
  { lastMs = usualMs, signal }: { readonly lastMs?: number; readonly signal: AbortSignal },
  change: () => void,
): Lasting<T> {
  let seen: T | undefined;
  let changes = 0;
  const put = (found: T | undefined): void => {
    seen = found;
    change();
  };
  const forgetAt = async (turn: number): Promise<void> => {
    await sleep(lastMs, signal);
    if (changes === turn) put(undefined);
  };
  return {
    now: () => seen,
    take: (found) => {
      changes += 1;
      if (found === undefined) forgetAt(changes).catch(() => undefined);
      else put(found);
    },
  };
}
