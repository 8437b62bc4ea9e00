import { KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

const pauseMs = 300;

/** An API server that restarts cuts watches and refuses calls for a moment; the deletion waits only so long anyway. */
export async function pauseIfPassing(error: unknown, signal: AbortSignal): Promise<undefined> {
  signal.throwIfAborted();
  if (!(error instanceof KubeError) || !isPassing(error)) throw error;
  await sleep(Math.max(pauseMs, error.retryAfterMs ?? 0), signal);
}

function isPassing({ status }: KubeError): boolean {
  return status < 400 || status === 410 || status === 429 || status >= 500;
}
