import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Access, ApiClient } from './api-client.ts';
import { startLineClient } from './line-client.ts';

const program = fileURLToPath(new URL('call_clb.py', import.meta.url));

interface Settings extends Omit<Access, 'secretId' | 'secretKey'> {
  /** Without them, TKE's pod identity as `env` describes it. */
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly method: 'GET' | 'POST';
  readonly unsignedPayload: boolean;
}

interface Options {
  readonly programs: string;
  readonly settings: Settings;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the official Python SDK in a process of its own. */
export function startPythonSdk({ programs, settings, env = {} }: Options): ApiClient {
  return startLineClient({
    command: join(programs, 'python'),
    args: [program, JSON.stringify(settings)],
    env: { PYTHONWARNINGS: 'ignore', ...env },
  });
}
