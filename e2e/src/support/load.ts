import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadClient, type LoadResult } from '@clb-direct/scripts/load-result.ts';

export type { LoadResult };

/** Keeps asking a VIP from the client's side while the work goes on, and returns what came of it. */
export async function underLoad(vip: string, perSecond: number, work: () => Promise<void>): Promise<LoadResult> {
  const command = ['netns', 'exec', 'client', process.execPath, '--disable-warning=ExperimentalWarning', loadClient];
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
