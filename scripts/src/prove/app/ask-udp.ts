import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { limitMs, type Address, type Tally } from './tally.ts';

/** A client of UDP that never lets go of its port stays with its target for ever: each of ours sends so many. */
const datagramsEach = 10;
const count = 8;

/** Datagrams, each with its answer; every socket sends ten, one after the other. */
export function askUdp(address: Address, tally: Tally) {
  const sockets: (Promise<Socket> | undefined)[] = [];
  const ports = freshPorts();
  const ask = async (number: number): Promise<void> => {
    tally.sent += 1;
    const place = number % count;
    const isFirst = Math.floor(number / count) % datagramsEach === 0;
    if (isFirst || sockets[place] === undefined) {
      retire(sockets[place]);
      sockets[place] = openSocket(ports);
    }
    await askOnce(await sockets[place], address, { tally, id: String(number), connection: isFirst ? 'new' : 'kept' });
  };
  return { ask, end: () => sockets.forEach(retire) };
}

const [firstPort, portCount] = [20_000, 40_000];

/**
 * Ports that this client has not had for an hour. The CLB sends what comes from a port that it knows to the target that
 * it knows, also when its pod is gone: a system that picks ports at random loses a request now and then.
 */
function* freshPorts(): Generator<number, never> {
  for (let number = Math.floor(Math.random() * portCount); ; number += 1) yield firstPort + (number % portCount);
}

async function openSocket(ports: Generator<number, never>): Promise<Socket> {
  for (;;) {
    const socket = createSocket('udp4');
    const isOpen = once(socket, 'listening').then(
      () => true,
      () => false,
    );
    socket.bind(ports.next().value);
    if (await isOpen) return socket;
    socket.close();
  }
}

interface Datagram {
  readonly tally: Tally;
  readonly id: string;
  readonly connection: 'new' | 'kept';
}

async function askOnce(socket: Socket, { host, port }: Address, { tally, id, connection }: Datagram): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const settle = (why?: string) => {
    clearTimeout(timer);
    socket.off('message', hear);
    if (why !== undefined) tally.lost({ connection, why });
    resolve(undefined);
  };
  const hear = (message: Buffer) => {
    const [pod = '', answered] = message.toString().split(' ');
    if (answered !== id) return;
    tally.answered(pod);
    settle();
  };
  const timer = setTimeout(() => settle(`no answer in ${limitMs} ms`), limitMs);
  socket.on('message', hear);
  socket.send(id, port, host, (error) => {
    if (error !== null) settle(error.message);
  });
  await promise;
}

/** What is on its way may still come. */
function retire(opened: Promise<Socket> | undefined): void {
  void opened?.then((socket) => {
    socket.unref();
    setTimeout(() => socket.close(), limitMs + 1_000).unref();
  });
}
