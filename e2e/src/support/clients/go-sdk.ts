import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Access, ApiClient } from './api-client.ts';
import { startLineClient } from './line-client.ts';

const execute = promisify(execFile);
const source = fileURLToPath(new URL('go', import.meta.url));
const buildLimitMs = 300_000;

/** Builds the program that calls CLB by the official Go SDK, and returns its path. */
export async function buildGoSdk(folder: string): Promise<string> {
  const program = join(folder, 'call-clb');
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
  try {
    const args = ['build', '-trimpath', '-buildvcs=false', '-o', program, '.'];
    await execute('go', args, { cwd: source, env, timeout: buildLimitMs });
  } catch (error) {
    throw new Error('the Go client needs Go 1.24 or newer in PATH, and a way to a Go module proxy', { cause: error });
  }
  return program;
}

/** Starts the official Go SDK in a process of its own. */
export function startGoSdk(program: string, access: Access): ApiClient {
  return startLineClient({ command: program, args: [JSON.stringify(access)], env: {} });
}
