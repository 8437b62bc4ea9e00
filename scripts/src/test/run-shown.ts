import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a command whose output people see, and returns its exit code; a signal counts as 1. */
export async function runShown(
  command: readonly string[],
  cwd: string,
  stdout: 'show' | 'hide-stdout' = 'show',
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, stdio: ['ignore', stdout === 'show' ? 'inherit' : 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
