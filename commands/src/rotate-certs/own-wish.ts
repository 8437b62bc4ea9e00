import type { RotationOrder } from './command-line.ts';
import { isSameWish } from './request-id.ts';
import type { SecretView } from './secret-view.ts';

/** A rotation that is requested or running, as far as a later wish is told from it. */
export interface Running {
  readonly ids: readonly string[];
  /** undefined = ROTATION_SETTLE_MS. */
  readonly settleMs: number | undefined;
}

/** The rotation that runs, by the last request of either sort. */
export function runningOf({ lastRequestId, earlierRequestId, settleMs }: SecretView): Running {
  return { ids: [lastRequestId, earlierRequestId], settleMs };
}

type Wish = Pick<RotationOrder, 'kind' | 'reason' | 'settleMs'>;

/**
 * A certificate that others have had made does not serve this wish: a reason that they did not have may be that its key
 * was stolen.
 */
export function isOfItsOwn(wish: Wish, running: Running): boolean {
  return wish.reason === undefined ? wantsOtherTime(wish, running) : !isRepeated(wish, running);
}

/** What is only requested serves any reason, since its key is not made yet, but it keeps its own settle time. */
export function wantsOtherTime(wish: Wish, running: Running): boolean {
  return wish.settleMs !== undefined && wish.settleMs !== running.settleMs && !isRepeated(wish, running);
}

function isRepeated({ kind, reason }: Wish, { ids }: Running): boolean {
  return ids.some((id) => isSameWish(id, kind, reason));
}
