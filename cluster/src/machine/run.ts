import { spawn } from 'node:child_process';

/** What a command printed. */
export interface Output {
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  signal: AbortSignal;
  timeoutMs?: number;
  input?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The command as errors name it, when it is wrapped in one that says nothing to people. */
  shownAs?: readonly string[];
}

/** A command that ended with an error, with what it said. */
export class CommandError extends Error {
  readonly code: number | null;
  readonly output: Output;

  constructor(command: readonly string[], code: number | null, output: Output) {
    const said = (output.stderr.trim() || output.stdout.trim() || 'nothing said').split('\n');
    const shown = said.length > 20 ? ['…', ...said.slice(-20)] : said;
    super(`${command.join(' ')} ended with ${code === null ? 'a signal' : `code ${code}`}: ${shown.join('\n')}`);
    this.code = code;
    this.output = output;
  }
}

/** Runs a command to its end; rejects when it cannot start, fails, is aborted or takes too long. */
export function run(command: readonly string[], options: RunOptions): Promise<Output> {
  const [file = '', ...args] = command;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs ?? 60_000)]);
  const { cwd, env, shownAs = command } = options;
  const child = spawn(file, args, { signal, cwd, env });
  const output: Output = { stdout: '', stderr: '' };
  const collect = (stream: keyof Output) => (chunk: string) => {
    output[stream] += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', collect('stdout'));
  child.stderr.setEncoding('utf8').on('data', collect('stderr'));
  // A command may end without reading its input: its exit code says whether that is an error.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(signal.aborted ? stopped(shownAs, options) : error);
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new CommandError(shownAs, code, output));
    });
  });
}

function stopped(command: readonly string[], options: RunOptions): Error {
  if (options.signal.aborted) return options.signal.reason as Error;
  return new Error(`${command.join(' ')} took more than ${(options.timeoutMs ?? 60_000) / 1000} s`);
}
