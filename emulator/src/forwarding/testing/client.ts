// A client for traffic tests: reads a JSON command a line from its input and prints the JSON answer to each.
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Answer, Command } from './command.ts';

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
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
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
function startLoad({ host, port, workers }: Extract<Command, { do: 'load' }>) {
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

async function executeLoad(command: Extract<Command, { do: 'load' | 'count' | 'stop' }>): Promise<Answer> {
  if (command.do === 'load') load = startLoad(command);
  if (command.do === 'stop') await load?.stop();
  return load?.counts ?? {};
}

async function execute(command: Command): Promise<Answer> {
  if (command.do === 'load' || command.do === 'count' || command.do === 'stop') return executeLoad(command);
  if (command.do === 'once') return askOnce(command.host, command.port);
  if (command.do === 'udp') return askByUdp(command.host, command.port, command.from);
  if (command.do === 'open') open.set(command.name, connect({ host: command.host, port: command.port, noDelay: true }));
  const socket = open.get(command.name);
  return socket ? ask(socket, command.waitMs) : 'no such connection';
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await execute(JSON.parse(line) as Command))}\n`);
}
