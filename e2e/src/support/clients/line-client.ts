import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ApiClient, Outcome } from './api-client.ts';

const answerLimitMs = 60_000;

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** All that it sees of the environment: no proxy and no settings of this machine. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program that calls the API: a line of JSON for each call goes in, a line with its outcome comes back. */
export function startLineClient({ command, args, env }: Program): ApiClient {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const died = async () => {
    const [code] = (await ended) as [number | null];
    throw new Error(`${command} ended with ${code ?? 'a signal'}`);
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
