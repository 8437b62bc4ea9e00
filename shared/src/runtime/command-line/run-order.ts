import { say } from './say.ts';
import { unlessStopped } from './stop-on-signals.ts';

/** What a command line asks for. */
type Asked<O> = { readonly kind: 'help' } | { readonly kind: string; readonly order: O };

interface Command<O> {
  readonly usage: string;
  /** Returns the exit code. */
  readonly run: (order: O, signal: AbortSignal) => Promise<number>;
  /** Said when a signal ended it. */
  readonly whenStopped: string;
}

/** Prints the usage, or carries out the order until it ends or a signal comes. Returns the exit code. */
export async function runOrder<O>(asked: Asked<O>, { usage, run, whenStopped }: Command<O>): Promise<number> {
  if (!('order' in asked)) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  return unlessStopped(
    async (signal) => run(asked.order, signal),
    () => say(whenStopped),
  );
}
