import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Load } from '../figures.ts';
import type { App } from '../rows.ts';

const program = resolve(import.meta.dirname, '../app/load-client.ts');

export interface RunningLoad {
  /** How many requests it has sent. */
  readonly sent: () => Promise<number>;
  readonly end: () => Promise<Load>;
}

/** Asks from where clients are: on the internet's side of the CLB. */
export function startLoad(vip: string, app: App, perSecond: number): RunningLoad {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program, vip, app, String(perSecond)];
  const child = spawn('ip', ['netns', 'exec', 'client', ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const closed = once(child, 'close');
  return {
    async sent() {
      const before = lines.length;
      child.kill('SIGUSR1');
      while (lines.length === before) await new Promise((done) => setTimeout(done, 50));
      return (JSON.parse(lines.at(-1) ?? '{}') as { readonly sent: number }).sent;
    },
    async end() {
      child.kill('SIGTERM');
      await closed;
      return JSON.parse(lines.at(-1) ?? '') as Load;
    },
  };
}
