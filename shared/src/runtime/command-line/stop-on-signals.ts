import { constants } from 'node:os';

/**
 * Aborts when the process gets a signal, for an orderly end. The exit code is 128 + the signal's number, as in shells.
 */
export function stopOnSignals(signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']): {
  readonly signal: AbortSignal;
  exitCode(): number | undefined;
} {
  const stop = new AbortController();
  let exitCode: number | undefined;
  for (const name of signals) {
    process.on(name, () => {
      exitCode ??= 128 + constants.signals[name];
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  return { signal: stop.signal, exitCode: () => exitCode };
}

/** The exit code of the work, or of the signal that ended it. */
export async function unlessStopped(
  work: (signal: AbortSignal) => Promise<number>,
  onStopped: () => void = () => undefined,
): Promise<number> {
  const stopped = stopOnSignals();
  try {
    return await work(stopped.signal);
  } catch (error) {
    const code = stopped.exitCode();
    if (code === undefined) throw error;
    onStopped();
    return code;
  }
}
