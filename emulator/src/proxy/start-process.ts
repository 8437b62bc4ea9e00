import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProxyConfig } from './config.ts';
import type { Done, TakenNews, ConfigMessage } from './messages.ts';
import type { Taken } from './taken.ts';
import type { ProxySettings } from './upstream.ts';

const program = fileURLToPath(new URL('./proxy-process.ts', import.meta.url));
const answerMs = 15_000;

/** Called with what happens to the process. */
export interface Watch {
  ended: () => void;
  taken: (taken: readonly Taken[]) => void;
}

/** One process; it is asked for one thing at a time. */
export function startProcess(settings: ProxySettings, { ended, taken }: Watch) {
  const child: ChildProcess = fork(program, [JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const state = { isGone: false };
  child.on('message', (message: Done | TakenNews) => {
    if ('taken' in message) taken(message.taken);
  });
  void exit.then(() => {
    state.isGone = true;
    ended();
  });
  let number = 0;

  function send(config: ProxyConfig): Promise<string[]> {
    const order: ConfigMessage = { number: (number += 1), config };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the proxy did not answer in ${answerMs} ms`)), answerMs);
      const listen = (done: Done | TakenNews) => {
        if (!('number' in done) || done.number !== order.number) return;
        clearTimeout(timer);
        child.off('message', listen);
        resolve(done.problems);
      };
      child.on('message', listen);
      void exit.then(() => {
        clearTimeout(timer);
        reject(new Error('the proxy ended'));
      });
      child.send(order, (error) => error && reject(error));
    });
  }
  function end(): Promise<void> {
    child.kill('SIGKILL');
    return exit;
  }
  return { send, end, isGone: () => state.isGone };
}
