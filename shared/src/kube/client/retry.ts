import { KubeError, noAnswer, type KubeCall } from './kube-api.ts';
import { between } from '../../runtime/backoff.ts';

const mostTries = 5;
const firstPauseMs = 200;
/** A server that asks for more patience than this is left to the caller's own pauses. */
const longestPauseMs = 60_000;

const passing = new Set([429, 500, 502, 503, 504]);
const broken: ReadonlySet<string> = new Set([noAnswer.network, noAnswer.timeout]);
const neverSent: ReadonlySet<string> = new Set([noAnswer.refused, noAnswer.untrusted]);

/** How long to wait before the next try; undefined when there shall be none. */
export function retryPauseMs(failed: {
  error: unknown;
  method: KubeCall['method'];
  tries: number;
}): number | undefined {
  const { error, method, tries } = failed;
  if (!(error instanceof KubeError) || tries >= mostTries) return undefined;
  if (error.status === 401) return tries === 1 ? 0 : undefined;
  if (!mayRepeat(error, method)) return undefined;
  const pauseMs = Math.max(error.retryAfterMs ?? 0, firstPauseMs * 2 ** (tries - 1)) * between(1, 1.5);
  return pauseMs > longestPauseMs ? undefined : pauseMs;
}

/** A write may be sent again only when it is certain that it had no effect; a read always. */
function mayRepeat(error: KubeError, method: KubeCall['method']): boolean {
  if (neverSent.has(error.reason)) return true;
  if (error.retryAfterMs !== undefined && (error.status === 429 || error.status === 503)) return true;
  return method === 'GET' && (passing.has(error.status) || broken.has(error.reason));
}
