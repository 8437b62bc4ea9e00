import { isGone, isPassing, KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

const pauseMs = 300;

/** An API server that restarts cuts watches and refuses calls for a moment; the deletion waits only so long anyway. */
export async function pauseIfPassing(error: unknown, signal: AbortSignal): Promise<undefined> {
  signal.throwIfAborted();
  if (!(error instanceof KubeError) || !(isPassing(error) || isGone(error))) throw error;
  await sleep(Math.max(pauseMs, error.retryAfterMs ?? 0), signal);
}
