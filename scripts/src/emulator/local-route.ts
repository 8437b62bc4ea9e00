import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const timeoutMs = 10_000;

/**
 * Makes every address of a range one of this machine's; the returned function takes that back, unless it was so before.
 */
export async function makeLocal(range: string): Promise<() => Promise<void>> {
  const route = ['local', range, 'dev', 'lo'];
  const { stdout } = await run('ip', ['route', 'show', 'table', 'local', range], { timeout: timeoutMs });
  if (stdout.trim() !== '') return () => Promise.resolve();
  await run('ip', ['route', 'add', ...route], { timeout: timeoutMs });
  return async () => {
    await run('ip', ['route', 'del', ...route], { timeout: timeoutMs });
  };
}
