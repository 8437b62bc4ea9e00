import { constants } from 'node:os';

/** A signal asks for an orderly end; the exit code then tells of the signal, as shells do. */
export function stopOnSignals(): { readonly signal: AbortSignal; exitCode(): number | undefined } {
  const stop = new AbortController();
  let exitCode: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      exitCode ??= 128 + constants.signals[name];
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  return { signal: stop.signal, exitCode: () => exitCode };
}
