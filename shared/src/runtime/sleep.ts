/** The longest wait that a Node timer can count; longer ones would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** Waits; rejects with the signal's reason as soon as it aborts. By the global timer, which tests can replace. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.min(ms, longestTimerMs));
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
