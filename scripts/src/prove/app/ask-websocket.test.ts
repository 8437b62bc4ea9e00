import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { askWebSocket } from './ask-websocket.ts';
import { serveWebSocket } from './serve-websocket.ts';
import type { Closing } from './serving.ts';
import { Tally } from './tally.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What answers, and between it and its clients what can cut them. */
async function start() {
  const listening = Promise.withResolvers<Server>();
  const listen = (server: Server) => listening.resolve(server.listen(0, '127.0.0.1'));
  const ended = Promise.withResolvers<undefined>();
  const endWhenIdle = (server: Closing) => void server.close(() => ended.resolve(undefined));
  const sayBye = serveWebSocket({ pod: 'one', listen, endWhenIdle });
  const port = await portOf(await listening.promise);
  const open: Socket[] = [];
  const between = createServer((client) => {
    const through = connect(port, '127.0.0.1');
    for (const socket of [client, through]) open.push(socket.on('error', () => socket.destroy()));
    client.pipe(through).pipe(client);
  }).listen(0, '127.0.0.1');
  const cut = () => open.splice(0).forEach((socket) => socket.destroy());
  closers.push(cut, () => between.close(), sayBye);
  const tally = new Tally();
  const client = askWebSocket({ host: '127.0.0.1', port: await portOf(between) }, tally);
  closers.push(client.end);
  return { client, tally, sayBye, ended: ended.promise, cut };
}

/** Each of them over a connection of its own. */
const askAll = async (client: { ask: (number: number) => Promise<void> }) =>
  Promise.all(Array.from({ length: 16 }, async (_, number) => client.ask(number)));

test('Messages are answered, and when the application asks its clients to leave, nothing is lost.', async () => {
  const { client, tally, sayBye, ended } = await start();
  await askAll(client);
  const last = client.ask(16);
  sayBye();
  await Promise.all([last, ended]);
  expect(tally.soFar()).toEqual({ sent: 17, lost: 0 });
  expect(tally.load().answers.reduce((sum, [, , count]) => sum + count, 0)).toBe(17);
}, 30_000);

test('A connection that ends before its application says so is lost, although no message was on its way.', async () => {
  const { client, tally, cut } = await start();
  await askAll(client);
  cut();
  for (let tries = 0; tries < 200 && tally.soFar().lost < 16; tries += 1) await sleep(50);
  expect(tally.soFar()).toEqual({ sent: 16, lost: 16 });
  expect(tally.load().losses[0]).toMatchObject({ connection: 'kept', pod: 'one' });
}, 30_000);
