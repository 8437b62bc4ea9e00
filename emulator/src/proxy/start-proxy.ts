import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Store } from '../state/store.ts';
import { planProxy, type ProxyConfig } from './config.ts';
import type { Done, Told } from './messages.ts';
import type { ProxySettings } from './upstream.ts';

/** The data plane of L7 and TCP_SSL: follows the state into the proxy's process. */
export interface ProxyPlane {
  /** Resolves when the proxy does what the state says now. */
  settled: () => Promise<void>;
  /** Resolves after the signal, when the process has ended. */
  stopped: () => Promise<void>;
}

interface Options {
  store: Store;
  settings: ProxySettings;
  report: (problem: string) => void;
  signal: AbortSignal;
}

const program = fileURLToPath(new URL('./proxy-process.ts', import.meta.url));
/** After the process ended by itself, or did not answer, how long until another try. */
const retryMs = 500;
const answerMs = 15_000;

/** One process; it is asked for one thing at a time. */
function startProcess(settings: ProxySettings, ended: () => void) {
  const child: ChildProcess = fork(program, [JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const state = { isGone: false };
  void exit.then(() => {
    state.isGone = true;
    ended();
  });
  let number = 0;

  function tell(config: ProxyConfig): Promise<string[]> {
    const told: Told = { number: (number += 1), config };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the proxy did not answer in ${answerMs} ms`)), answerMs);
      const listen = (done: Done) => {
        if (done.number !== told.number) return;
        clearTimeout(timer);
        child.off('message', listen);
        resolve(done.problems);
      };
      child.on('message', listen);
      void exit.then(() => {
        clearTimeout(timer);
        reject(new Error('the proxy ended'));
      });
      child.send(told, (error) => error && reject(error));
    });
  }
  function end(): Promise<void> {
    child.kill('SIGKILL');
    return exit;
  }
  return { tell, end, isGone: () => state.isGone };
}

/** Keeps one process doing what the state says; starts it when there is something to do. */
function createWriter({ store, settings }: Pick<Options, 'store' | 'settings'>, ended: () => void) {
  let child: ReturnType<typeof startProcess> | undefined;
  let applied = '';
  return {
    async write(): Promise<string[]> {
      const config = planProxy(store);
      const text = JSON.stringify(config);
      if (child?.isGone()) child = undefined;
      if (child ? text === applied : config.listeners.length === 0) return [];
      child ??= startProcess(settings, ended);
      const problems = await child.tell(config);
      applied = text;
      return problems;
    },
    end: () => child?.end(),
  };
}

/** Starts the process when there is a listener for it, and again when it ends by itself. */
export function startProxy(options: Options): ProxyPlane {
  const { store, report, signal } = options;
  let isDirty = true;
  let writing: Promise<void> | undefined;
  const isOver = () => signal.aborted;

  async function writeAll(): Promise<void> {
    while (isDirty && !isOver()) {
      isDirty = false;
      try {
        (await writer.write()).forEach(report);
      } catch (error) {
        if (!isOver()) report(error instanceof Error ? error.message : String(error));
        await writer.end();
        isDirty = true;
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
  function write(): Promise<void> {
    writing ??= writeAll().finally(() => (writing = undefined));
    return writing;
  }
  function change(): void {
    isDirty = true;
    // One turn of the event loop, so that the many changes of one batch go out together.
    setImmediate(() => void write());
  }
  const writer = createWriter(options, () => {
    if (signal.aborted) return;
    report('the proxy ended');
    change();
  });

  store.watch(change);
  signal.addEventListener('abort', () => void writer.end());
  return {
    async settled() {
      while ((isDirty || writing) && !signal.aborted) await write();
    },
    async stopped() {
      await writing;
      await writer.end();
    },
  };
}
