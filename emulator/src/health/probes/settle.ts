/** What a probe does on its way: it calls `end` with its verdict and answers how to clean up behind it. */
type Attempt = (end: (good: boolean) => void) => () => void;

/** The first verdict of an attempt; when the time is over before there is one, `overtime`. */
export function settle(timeoutMs: number, attempt: Attempt, overtime = false): Promise<boolean> {
  return new Promise((resolve) => {
    let isEnded = false;
    const end = (good: boolean) => {
      if (isEnded) return;
      isEnded = true;
      clearTimeout(timer);
      resolve(good);
      // The attempt may end before it has returned its clean-up.
      queueMicrotask(() => cleanUp());
    };
    const timer = setTimeout(() => end(overtime), timeoutMs);
    const cleanUp = attempt(end);
  });
}
