import { UsageError } from './usage-error.ts';

/** What a command prints on standard error when it fails, and its exit code. */
export interface Explanation {
  readonly lines: readonly string[];
  readonly code: number;
}

/** Exit code 2 for a wrong command line, 1 for every other error. */
export function explain(error: unknown, program: string): Explanation {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof UsageError)) return { lines: [`${program}: ${message}`], code: 1 };
  // parseArgs of node:util adds advice about "--" and positionals, which does not apply here.
  const [first = ''] = message.split(/\.?\n|\. (?=To specify)/);
  return { lines: [`${program}: ${first}; see --help`], code: 2 };
}

/** Runs a command and sets the exit code of the process; an error is explained on standard error. */
export async function runCommand(
  program: string,
  main: () => Promise<number>,
  explainError: typeof explain = explain,
): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const { lines, code } = explainError(error, program);
    process.stderr.write(lines.map((line) => `${line}\n`).join(''));
    process.exitCode = code;
  }
}
