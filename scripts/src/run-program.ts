import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { explain } from './explain.ts';

/** Runs a command of the workshop. */
export async function runProgram(program: string, main: () => Promise<number>): Promise<void> {
  await runCommand(program, main, explain);
}
