import { aborted } from '@clb-direct/shared/runtime/aborted.ts';

/** What becomes of the work; if the signal aborts first, rejects with its reason, and nobody waits for the work. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const cut = async (): Promise<never> => {
    await aborted(signal);
    throw signal.reason as Error;
  };
  return Promise.race([work, cut()]);
}
