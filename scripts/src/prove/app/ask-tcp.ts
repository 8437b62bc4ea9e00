import { connect, type Socket } from 'node:net';
import { limitMs, type Address, type Tally } from './tally.ts';

const count = 16;

interface Line {
  readonly settle: (pod: string | undefined, why?: string) => void;
}

/** One long connection: lines go out, and each comes back with the pod's name. */
class Connection {
  isUsable = true;
  readonly #socket: Socket;
  readonly #waitMs: number;
  readonly #waiting = new Map<string, Line>();
  #pod: string | undefined;
  #rest = '';

  constructor(address: Address, waitMs: number) {
    this.#waitMs = waitMs;
    this.#socket = connect({ ...address });
    this.#socket.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#socket.on('error', ({ message }) => this.#end(message));
    this.#socket.on('close', () => this.#end('the connection was closed'));
  }

  async ask(id: string, tally: Tally): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => this.#giveUp(id), this.#waitMs);
    const settle: Line['settle'] = (pod, why = '') => {
      clearTimeout(timer);
      this.#waiting.delete(id);
      if (pod === undefined) tally.lost({ connection: 'kept', why, pod: this.#pod });
      else tally.answered(pod);
      resolve(undefined);
      if (!this.isUsable && this.#waiting.size === 0) this.#socket.end();
    };
    this.#waiting.set(id, { settle });
    this.#socket.write(`${id}\n`);
    await promise;
  }

  /** What answers nothing is left by everybody who has a time limit: its machine may be gone. */
  #giveUp(id: string): void {
    this.isUsable = false;
    this.#waiting.get(id)?.settle(undefined, `no answer in ${this.#waitMs} ms`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#hear(line);
  }

  /** After BYE no line goes out here; what is on its way is still answered. */
  #hear(line: string): void {
    const [pod = '', id = ''] = line.split(' ');
    if (line !== 'BYE') {
      this.#pod = pod;
      this.#waiting.get(id)?.settle(pod);
      return;
    }
    this.isUsable = false;
    if (this.#waiting.size === 0) this.#socket.end();
  }

  #end(why: string): void {
    this.isUsable = false;
    for (const { settle } of [...this.#waiting.values()]) settle(undefined, why);
  }
}

/** Lines over long connections, each used in turn. */
export function askTcp(address: Address, tally: Tally, waitMs = limitMs) {
  const open: Connection[] = [];
  const ask = async (number: number): Promise<void> => {
    tally.sent += 1;
    const place = number % count;
    let connection = open[place];
    if (connection?.isUsable !== true) connection = open[place] = new Connection(address, waitMs);
    await connection.ask(String(number), tally);
  };
  return { ask, end: () => open.forEach((connection) => connection.close()) };
}
