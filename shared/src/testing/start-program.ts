import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program ended, and what it had printed. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts a program without a terminal; `said` grows while it prints. */
export function startProgram(command: string, ...args: readonly string[]) {
  const child = spawn(command, args);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...said }));
  return { child, said, ended };
}
