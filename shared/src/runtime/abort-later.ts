/** Aborts so many ms after the other signal has: for what a program that stops still finishes. */
export function abortLater(signal: AbortSignal, afterMs: number): AbortSignal {
  const later = new AbortController();
  const wait = () => void setTimeout(() => later.abort(signal.reason), afterMs).unref();
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return later.signal;
}
