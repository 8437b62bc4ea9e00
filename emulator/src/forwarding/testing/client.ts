// A client for traffic tests: reads a JSON order a line from its input and prints the JSON answer to each.
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Answer, Order } from './order.ts';

const timeoutMs = 5000;
const open = new Map<string, Socket>();

/** What comes back for one line; `silence` or the error's code when nothing does. */
function ask(socket: Socket, waitMs = timeoutMs): Promise<string> {
  return new Promise((resolve) => {
    const end = (answer: string) => {
      clearTimeout(timer);
      socket.removeAllListeners('data').removeAllListeners('close');
      resolve(answer);
    };
    const timer = setTimeout(() => end('silence'), waitMs);
    socket.once('data', (data) => end(data.toString().trim()));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
    socket.once('close', () => end('closed'));
    socket.write('?\n');
  });
}

async function askOnce(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  const answer = await ask(socket);
  socket.destroy();
  return answer;
}

function askByUdp(host: string, port: number, from: number): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const end = (answer: string) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end('silence'), 1000);
    socket.on('message', (message) => end(message.toString())).on('error', () => end('error'));
    socket.bind(from, () => socket.send('?', port, host));
  });
}

/** One connection after the other by many workers at once, until it is stopped; counts the answers. */
function startLoad({ host, port, workers }: Extract<Order, { do: 'load' }>) {
  const counts: Record<string, number> = {};
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const answer = (await askOnce(host, port)).split(' ')[0] ?? '';
      counts[answer] = (counts[answer] ?? 0) + 1;
    }
  };
  const ended = Promise.all(Array.from({ length: workers }, work));
  return {
    counts,
    async stop() {
      isOver = true;
      await ended;
    },
  };
}

let load: ReturnType<typeof startLoad> | undefined;

async function obeyLoad(order: Extract<Order, { do: 'load' | 'count' | 'stop' }>): Promise<Answer> {
  if (order.do === 'load') load = startLoad(order);
  if (order.do === 'stop') await load?.stop();
  return load?.counts ?? {};
}

async function obey(order: Order): Promise<Answer> {
  if (order.do === 'load' || order.do === 'count' || order.do === 'stop') return obeyLoad(order);
  if (order.do === 'once') return askOnce(order.host, order.port);
  if (order.do === 'udp') return askByUdp(order.host, order.port, order.from);
  if (order.do === 'open') open.set(order.name, connect({ host: order.host, port: order.port, noDelay: true }));
  const socket = open.get(order.name);
  return socket ? ask(socket, order.waitMs) : 'no such connection';
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await obey(JSON.parse(line) as Order))}\n`);
}
