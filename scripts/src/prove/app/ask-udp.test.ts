import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { askUdp } from './ask-udp.ts';
import { Tally } from './tally.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** Answers as the application does, and knows which port each request came from. */
async function serve() {
  const socket = createSocket('udp4');
  open.push(socket);
  const ports: number[] = [];
  socket.on('message', (message, { port, address }) => {
    ports.push(port);
    socket.send(`one ${message.toString()}`, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { ports, address: { host: '127.0.0.1', port: socket.address().port } };
}

test('Each port sends ten datagrams and none after them, and every datagram is answered.', async () => {
  const { ports, address } = await serve();
  const tally = new Tally();
  const client = askUdp(address, tally);
  for (let number = 0; number < 400; number += 8) {
    await Promise.all(Array.from({ length: 8 }, async (_, place) => client.ask(number + place)));
  }
  client.end();
  const used = Map.groupBy(ports, (port) => port);
  expect([...used.values()].map((each) => each.length)).toEqual(Array.from({ length: 40 }, () => 10));
  expect(tally.soFar()).toEqual({ sent: 400, lost: 0 });
});

test('A port that another program has is passed over.', async () => {
  const { ports, address } = await serve();
  const tally = new Tally();
  const first = askUdp(address, tally);
  await first.ask(0);
  const [taken = 0] = ports;
  const next = createSocket('udp4');
  open.push(next);
  next.bind(taken + 1);
  await once(next, 'listening');
  // Eight places, each with a port of its own: the second of them would take the one that is in use.
  await first.ask(1);
  first.end();
  expect(ports[1]).toBe(taken + 2);
  expect(tally.soFar()).toEqual({ sent: 2, lost: 0 });
});
