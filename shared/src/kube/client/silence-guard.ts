import { KubeError, noAnswer } from './kube-api.ts';

/** Cuts a stream that has been silent for too long or lives past its end. */
export interface SilenceGuard {
  readonly signal: AbortSignal;
  /** Something came. */
  touch(): void;
  stop(): void;
}

export function startSilenceGuard(options: {
  request: string;
  signal: AbortSignal;
  idleMs: number;
  limitMs: number;
}): SilenceGuard {
  const { request, signal, idleMs, limitMs } = options;
  const controller = new AbortController();
  const cut = (message: string) =>
    controller.abort(new KubeError({ status: 0, reason: noAnswer.silentWatch, message: `${request}: ${message}` }));
  const idle = setTimeout(() => cut(`nothing came for ${idleMs} ms`), idleMs);
  const limit = setTimeout(() => cut(`the server did not end it within ${limitMs} ms`), limitMs);
  const pass = () => controller.abort(signal.reason);
  signal.addEventListener('abort', pass, { once: true });
  if (signal.aborted) pass();
  return {
    signal: controller.signal,
    touch: () => idle.refresh(),
    stop: () => {
      clearTimeout(idle);
      clearTimeout(limit);
      signal.removeEventListener('abort', pass);
    },
  };
}
