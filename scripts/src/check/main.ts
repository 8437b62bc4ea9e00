/**
 * Types, lint, imports, format and dead code, as many at once as there are cores. All of them run, and each says what
 * it found when it ends; the exit code is 1 if any failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** The longest comes first: the others run beside it. */
const checks = [
  ['lint', ['eslint', '--max-warnings', '0', '.']],
  ['types', ['tsc', '-p', 'tsconfig.json']],
  ['imports', ['depcruise', '--config', '.dependency-cruiser.mjs', '*/src']],
  ['folders', ['depcruise', '--config', '.dependency-cruiser-folders.mjs', '*/src']],
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['dead code', ['knip']],
] as const;

const cwd = resolve(import.meta.dirname, '../../..');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

async function run([program, ...args]: readonly [string, ...string[]]) {
  const { signal } = stop;
  const child = spawn(`node_modules/.bin/${program}`, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], signal });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [[code], ...said] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { succeeds: code === 0, said: said.join('') };
}

const left = [...checks];
let failures = 0;

async function work(): Promise<void> {
  for (let check = left.shift(); check !== undefined; check = left.shift()) {
    const [name, command] = check;
    const startedMs = Date.now();
    const { succeeds, said } = await run(command);
    process.stdout.write(said);
    console.log(`${succeeds ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
    if (!succeeds) failures += 1;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`${checks.length - failures} of ${checks.length} checks are fine`);
process.exitCode = failures === 0 ? 0 : 1;
