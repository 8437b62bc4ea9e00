/** The work took longer than it may. */
export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`took longer than ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * Runs work that must end within a time: rejects with a DeadlineError, or with the signal's reason when that aborts,
 * even if the work does not listen. Not AbortSignal.any: its listeners would pile up on a signal that lives for weeks.
 */
export async function withDeadline<T>(
  limit: { ms: number; signal?: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  limit.signal?.throwIfAborted();
  const controller = new AbortController();
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const end = (reason: Error) => {
    controller.abort(reason);
    reject(reason);
  };
  const pass = () => end(limit.signal?.reason as Error);
  limit.signal?.addEventListener('abort', pass, { once: true });
  const timer = setTimeout(() => end(new DeadlineError(limit.ms)), limit.ms);
  try {
    return await Promise.race([work(controller.signal), cut]);
  } finally {
    clearTimeout(timer);
    limit.signal?.removeEventListener('abort', pass);
  }
}
