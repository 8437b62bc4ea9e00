import { explain } from './explain.ts';

/** Runs a command for people to its exit code; an error is told in lines that name the program. */
export async function runProgram(program: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const { lines, code } = explain(error, program);
    for (const line of lines) console.error(line);
    process.exitCode = code;
  }
}
