import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface LoadResult {
  readonly sent: number;
  readonly ok: number;
  readonly failures: readonly string[];
  /** Answers by pod. */
  readonly pods: Readonly<Record<string, number>>;
}

/** Keeps asking a VIP from the client's side while the work goes on, and returns what came of it. */
export async function underLoad(vip: string, perSecond: number, work: () => Promise<void>): Promise<LoadResult> {
  const script = resolve(import.meta.dirname, 'load-client.ts');
  const command = ['netns', 'exec', 'client', process.execPath, '--disable-warning=ExperimentalWarning', script];
  const child = spawn('ip', [...command, vip, '80', String(perSecond)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = once(child, 'close');
  try {
    await work();
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  return JSON.parse(text) as LoadResult;
}
