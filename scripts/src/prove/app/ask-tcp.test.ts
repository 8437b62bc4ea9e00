import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { askTcp } from './ask-tcp.ts';
import { Tally } from './tally.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Echoes with a name, but for the connections that it is told to be silent on. */
async function serve(isSilent: (connection: number) => boolean) {
  const server = createServer((socket) => {
    const number = sockets.push(socket) - 1;
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (isSilent(number)) return;
      for (const id of text.split('\n').filter((line) => line !== '')) socket.write(`one ${id}\n`);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test('A connection that gives no answer in time is left for another one, which is asked from then on.', async () => {
  const tally = new Tally();
  const client = askTcp(await serve((connection) => connection === 0), tally, 50);
  // Sixteen places: the same one each time.
  for (const number of [0, 16, 32]) await client.ask(number);
  client.end();
  expect(tally.soFar()).toEqual({ sent: 3, lost: 1 });
  expect(sockets).toHaveLength(2);
});

test('A connection that answers is used again and again.', async () => {
  const tally = new Tally();
  const client = askTcp(await serve(() => false), tally);
  for (const number of [0, 16, 32]) await client.ask(number);
  client.end();
  expect(tally.soFar()).toEqual({ sent: 3, lost: 0 });
  expect(sockets).toHaveLength(1);
});
