import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run } from '@clb-direct/cluster/machine/run.ts';

type Program = './cloud.ts' | './load.ts' | './target.ts';

const stopLimitMs = 20_000;
const startLimitMs = 60_000;

function commandFor(namespace: string, program: Program, args: readonly string[]): string[] {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', path];
  return ['ip', 'netns', 'exec', namespace, ...node, ...args];
}

/** Starts a program in a network namespace and waits until it is ready; answers what stops it. */
export async function startIn(
  namespace: string,
  program: Program,
  args: readonly string[],
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const [file = '', ...rest] = commandFor(namespace, program, args);
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').catch(() => undefined);
  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(force);
  }
  const lines = createInterface({ input: child.stdout });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startLimitMs)]);
  const [line] = (await Promise.race([once(lines, 'line', { signal: limit }), ended.then(() => [])]).catch(
    () => [],
  )) as readonly string[];
  if (line === 'ready') return stop;
  await stop();
  signal.throwIfAborted();
  throw new Error(`${program} did not start in ${namespace}`);
}

/** Runs a program in a network namespace to its end and reads the JSON that it prints. */
export async function askIn<T>(o: {
  namespace: string;
  program: Program;
  argument: object;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<T> {
  const command = commandFor(o.namespace, o.program, [JSON.stringify(o.argument)]);
  const { stdout } = await run(command, { signal: o.signal, timeoutMs: o.timeoutMs });
  return JSON.parse(stdout) as T;
}
