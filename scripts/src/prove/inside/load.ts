import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Load } from '../figures.ts';
import type { App } from '../rows.ts';

const program = resolve(import.meta.dirname, '../app/load-client.ts');

type SoFar = Readonly<Record<'sent' | 'lost', number>>;

interface RunningLoad {
  readonly soFar: () => Promise<SoFar>;
  readonly end: () => Promise<Load>;
}

/** Asks from where clients are: on the internet's side of the CLB. */
function startLoad(address: string, app: App, perSecond: number): RunningLoad {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program, address, app, String(perSecond)];
  const child = spawn('ip', ['netns', 'exec', 'client', ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const started = once(child.stdout, 'data');
  const closed = once(child, 'close');
  return {
    async soFar() {
      await started;
      const before = lines.length;
      child.kill('SIGUSR1');
      while (lines.length === before) {
        if (child.exitCode !== null) throw new Error(`the load client ended with code ${child.exitCode}`);
        await new Promise((done) => setTimeout(done, 50));
      }
      return JSON.parse(lines.at(-1) ?? '{}') as SoFar;
    },
    async end() {
      // Before it has begun, it would take no signal.
      await started;
      child.kill('SIGTERM');
      await closed;
      return JSON.parse(lines.at(-1) ?? '') as Load;
    },
  };
}

/** What asks the addresses of a row, each at the same rate. */
export class Loads {
  readonly #running = new Map<string, RunningLoad>();
  readonly #ended: Load[] = [];
  readonly #app: App;
  readonly #perSecond: number;

  constructor(app: App, perSecond: number) {
    this.#app = app;
    this.#perSecond = perSecond;
  }

  /** The address is `HOST:PORT`. */
  start(address: string): void {
    this.#running.set(address, startLoad(address, this.#app, this.#perSecond));
  }

  /** Nothing new goes to the address; what is on its way there is still answered. */
  async stop(address: string): Promise<void> {
    const load = this.#running.get(address);
    this.#running.delete(address);
    if (load !== undefined) this.#ended.push(await load.end());
  }

  async soFar(): Promise<SoFar> {
    const running = await Promise.all([...this.#running.values()].map(async (load) => load.soFar()));
    const ended = this.#ended.map(({ sent, losses }) => ({ sent, lost: losses.length }));
    const all = [...running, ...ended];
    const sum = (what: keyof SoFar) => all.reduce((sum, one) => sum + one[what], 0);
    return { sent: sum('sent'), lost: sum('lost') };
  }

  async end(): Promise<Load> {
    await Promise.all([...this.#running.keys()].map(async (address) => this.stop(address)));
    return {
      sent: this.#ended.reduce((sum, { sent }) => sum + sent, 0),
      losses: this.#ended.flatMap(({ losses }) => losses).toSorted((a, b) => a.atMs - b.atMs),
      answers: this.#ended.flatMap(({ answers }) => answers),
    };
  }
}
