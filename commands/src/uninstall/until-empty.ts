import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

const pauseMs = 500;

/** Looks until nothing is left or the time is over; says what is left whenever it changes. Returns what is left. */
export async function untilEmpty(
  o: {
    readonly look: () => Promise<readonly string[]>;
    readonly say: (left: readonly string[]) => void;
    readonly limitMs: number;
  },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const endAtMs = performance.now() + o.limitMs;
  let said = '';
  for (;;) {
    const left = await o.look();
    if (left.length === 0 || performance.now() > endAtMs) return left;
    if (left.join() !== said) o.say(left);
    said = left.join();
    await sleep(pauseMs, signal);
  }
}
