import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

const firstRetryMs = 500;

/** Runs a task again and again until the signal aborts; a failure is logged and makes the next run come sooner, not never. */
export async function repeat(
  o: { name: string; pauseMs(): number; log: Log; signal: AbortSignal },
  task: () => Promise<void>,
): Promise<void> {
  let failures = 0;
  while (!o.signal.aborted) {
    try {
      await task();
      failures = 0;
    } catch (error) {
      if (hasAborted(o.signal)) return;
      failures += 1;
      o.log.warn({ err: error, task: o.name, failures }, 'a task failed and will run again');
    }
    const retryMs = failures === 0 ? Infinity : firstRetryMs * 2 ** Math.min(failures - 1, 10);
    await sleep(Math.min(o.pauseMs(), retryMs), o.signal).catch(() => undefined);
  }
}

function hasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
