import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Access, ApiClient, Outcome } from './api-client.ts';

const program = fileURLToPath(new URL('call_clb.py', import.meta.url));
const answerLimitMs = 60_000;

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
  const child = spawn(join(programs, 'python'), [program, JSON.stringify(settings)], {
    // Nothing of this process's environment, so that no proxy of this machine is asked.
    env: { PYTHONWARNINGS: 'ignore', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const died = async () => {
    const [code] = (await ended) as [number | null];
    throw new Error(`the Python SDK ended with ${code ?? 'a signal'}`);
  };
  const lines = createInterface(child.stdout);
  return {
    async call(action, request) {
      const answered = once(lines, 'line', { signal: AbortSignal.timeout(answerLimitMs) });
      child.stdin.write(`${JSON.stringify({ action, request })}\n`);
      const [line] = (await Promise.race([answered, died()])) as [string];
      return JSON.parse(line) as Outcome;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
