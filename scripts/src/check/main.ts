/**
 * Types, lint, imports, format and dead code, one after the other. All of them run; the exit code is 1 if any failed.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const checks = [
  ['types', ['tsc', '-p', 'tsconfig.json']],
  ['lint', ['eslint', '--max-warnings', '0', '.']],
  ['imports', ['depcruise', '--config', '.dependency-cruiser.mjs', '*/src']],
  ['folders', ['depcruise', '--config', '.dependency-cruiser-folders.mjs', '*/src']],
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['dead code', ['knip']],
] as const;

const cwd = resolve(import.meta.dirname, '../../..');
const failed = checks.filter(([name, [program, ...args]]) => {
  const startedMs = Date.now();
  const { status } = spawnSync(`node_modules/.bin/${program}`, args, { cwd, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  return status !== 0;
});
console.log(`${checks.length - failed.length} of ${checks.length} checks are fine`);
process.exitCode = failed.length === 0 ? 0 : 1;
