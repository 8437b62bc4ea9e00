import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Shown {
  readonly command: readonly string[];
  readonly cwd: string;
  /** Stops the command when it aborts. */
  readonly signal: AbortSignal;
  readonly stdout?: 'show' | 'hide';
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Runs a command whose output people see, and returns its exit code; a signal counts as 1. */
export async function runShown({ command, cwd, signal, stdout = 'show', env = {} }: Shown): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', stdout === 'show' ? 'inherit' : 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const [code] = (await once(child, 'exit').finally(() => signal.removeEventListener('abort', stop))) as [
    number | null,
  ];
  return code ?? 1;
}
