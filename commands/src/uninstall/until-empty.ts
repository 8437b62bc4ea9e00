import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

const pauseMs = 500;

/** Looks until nothing is left or the time is over; tells what is left whenever it has changed. Gives what is left. */
export async function untilEmpty(
  o: {
    readonly look: () => Promise<readonly string[]>;
    readonly say: (left: readonly string[]) => void;
    readonly limitMs: number;
  },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const endAtMs = performance.now() + o.limitMs;
  let told = '';
  for (;;) {
    const left = await o.look();
    if (left.length === 0 || performance.now() > endAtMs) return left;
    if (left.join() !== told) o.say(left);
    told = left.join();
    await sleep(pauseMs, signal);
  }
}
