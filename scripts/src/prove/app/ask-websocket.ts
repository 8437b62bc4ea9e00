import { limitMs, type Address, type Tally } from './tally.ts';

const count = 16;

interface Waiting {
  readonly settle: (pod: string | undefined, why?: string) => void;
}

/** One WebSocket: messages go out, and each comes back with the pod's name. */
class Connection {
  isUsable = true;
  readonly #socket: WebSocket;
  readonly #tally: Tally;
  readonly #opened = Promise.withResolvers<undefined>();
  readonly #waiting = new Map<string, Waiting>();
  #saidBye = false;
  #pod: string | undefined;

  constructor({ host, port }: Address, tally: Tally) {
    this.#tally = tally;
    this.#socket = new WebSocket(`ws://${host}:${port}/`);
    this.#socket.addEventListener('open', () => this.#opened.resolve(undefined));
    this.#socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
    this.#socket.addEventListener('close', ({ code }) => this.#end(`the connection was closed with ${code}`));
  }

  async ask(id: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => this.#waiting.get(id)?.settle(undefined, `no answer in ${limitMs} ms`), limitMs);
    const settle: Waiting['settle'] = (pod, why = '') => {
      clearTimeout(timer);
      this.#waiting.delete(id);
      if (pod === undefined) this.#tally.lost({ connection: 'kept', why, pod: this.#pod });
      else this.#tally.answered(pod);
      resolve(undefined);
      this.#closeWhenDone();
    };
    this.#waiting.set(id, { settle });
    await this.#opened.promise;
    if (this.#waiting.has(id)) this.#socket.send(id);
    await promise;
  }

  close(): void {
    this.#saidBye = true;
    this.#socket.close();
  }

  /** After BYE no message goes out here; what is on its way is still answered. */
  #hear(text: string): void {
    const [pod = '', id = ''] = text.split(' ');
    if (text === 'BYE') {
      this.#saidBye = true;
      this.isUsable = false;
    } else {
      this.#pod = pod;
      this.#waiting.get(id)?.settle(pod);
    }
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (this.#saidBye && this.#waiting.size === 0) this.#socket.close();
  }

  /** Only its application may end it: what ends otherwise is lost, whether or not a message was on its way. */
  #end(why: string): void {
    this.isUsable = false;
    this.#opened.resolve(undefined);
    if (this.#waiting.size === 0 && !this.#saidBye) this.#tally.lost({ connection: 'kept', why, pod: this.#pod });
    for (const { settle } of [...this.#waiting.values()]) settle(undefined, why);
  }
}

/** Messages over WebSockets, each used in turn until its application says BYE. */
export function askWebSocket(address: Address, tally: Tally) {
  const open: Connection[] = [];
  const ask = async (number: number): Promise<void> => {
    tally.sent += 1;
    const place = number % count;
    let connection = open[place];
    if (connection?.isUsable !== true) connection = open[place] = new Connection(address, tally);
    await connection.ask(String(number));
  };
  return { ask, end: () => open.forEach((connection) => connection.close()) };
}
