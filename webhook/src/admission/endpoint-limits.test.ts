import { Agent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, expect, test } from '@jest/globals';
import type { AdmissionEndpoint } from './endpoint-routes.ts';
import type { EndpointLimits } from './limits/endpoint-limits.ts';
import {
  openRaw,
  postOf,
  reviewOf,
  send,
  startEndpoint,
  statusesIn,
  type RawClient,
  type TestEndpoint,
} from './testing/endpoint.ts';

let server: TestEndpoint | undefined;
let openSockets: Socket[] = [];
const agents: Agent[] = [];
afterEach(async () => {
  for (const socket of openSockets) socket.destroy();
  for (const agent of agents) agent.destroy();
  openSockets = [];
  await server?.close();
});

async function start(
  limits: Partial<EndpointLimits>,
  others: readonly AdmissionEndpoint[] = [],
): Promise<TestEndpoint> {
  server = await startEndpoint({ limits }, others);
  return server;
}

async function open(port: number, bytes = ''): Promise<RawClient> {
  const client = await openRaw(port);
  openSockets.push(client.socket);
  client.socket.write(bytes);
  return client;
}

/** A TCP connection that never begins a TLS handshake. */
function openPlain(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  openSockets.push(socket);
  return socket;
}

function newAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

const openOnes = () => openSockets.filter((socket) => !socket.destroyed && socket.readyState === 'open');
const repeat = <T>(times: number, make: () => T): T[] => Array.from({ length: times }, make);
/** Sends one byte every few milliseconds for as long as the connection lasts. */
function drip({ socket }: RawClient, bytes: string): void {
  let sent = 0;
  const timer = setInterval(() => void socket.write(bytes[sent++ % bytes.length] ?? ''), 20);
  socket.once('close', () => clearInterval(timer));
}

test('Clients that stall or drip, before TLS, in head or body, are dropped in time; others are answered.', async () => {
  const { port } = await start({ silenceMs: 2_000, handshakeMs: 1_000, lookEveryMs: 50 });
  const post = postOf(reviewOf());
  repeat(10, () => openPlain(port));
  await Promise.all(repeat(10, () => open(port)));
  const heads = await Promise.all(repeat(10, () => open(port, post.slice(0, 60))));
  const bodies = await Promise.all(repeat(10, () => open(port, post.slice(0, -30))));
  for (const client of [...heads, ...bodies]) drip(client, 'x');
  const agent = newAgent();
  let answered = 0;
  await until(async () => {
    answered += (await send(port, reviewOf(), { agent })).status === 200 ? 1 : 0;
    return openOnes().length === 0;
  });
  expect(answered).toBeGreaterThan(1);
});

test('A client that connects and sends nothing is kept as long as one that was answered.', async () => {
  const { port } = await start({ silenceMs: 5_000, handshakeMs: 300, lookEveryMs: 20 });
  const dialledAhead = await open(port);
  const neverShakesHands = openPlain(port);
  await until(() => neverShakesHands.destroyed);
  dialledAhead.socket.write(postOf(reviewOf()));
  await until(() => dialledAhead.received() !== '');
  expect(statusesIn(dialledAhead.received())).toEqual([200]);
});

test('A connection that was answered and fell silent is ended in time, one that is used is kept.', async () => {
  const { port } = await start({ silenceMs: 2_000, lookEveryMs: 20 });
  const [silent, busy] = [await open(port, postOf(reviewOf())), newAgent()];
  await send(port, reviewOf(), { agent: busy });
  await until(async () => {
    expect(await send(port, reviewOf(), { agent: busy })).toMatchObject({ status: 200, isReused: true });
    return !silent.isOpen();
  });
  expect(statusesIn(silent.received())).toEqual([200]);
});

test.each([
  ['expects what Node does not know', postOf(reviewOf(), { expect: 'a miracle' }), 417],
  ['has a path that Fastify cannot decode', 'POST /%zz HTTP/1.1\r\nhost: hook\r\ncontent-length: 0\r\n\r\n', 400],
])('A connection whose only request %s is ended in time.', async (_, bytes, status) => {
  const { port } = await start({ silenceMs: 400, lookEveryMs: 20 });
  const client = await open(port, bytes);
  await until(() => !client.isOpen());
  expect(statusesIn(client.received())).toEqual([status]);
});

test('A flood of connections is bounded, one with an answered review is kept, a new one is accepted.', async () => {
  const { port } = await start({ connections: 20 });
  const kept = newAgent();
  await send(port, reviewOf(), { agent: kept });
  repeat(150, () => openPlain(port));
  await Promise.all(repeat(50, () => open(port)));
  await until(() => openOnes().length <= 19);
  expect(await send(port, reviewOf(), { agent: kept })).toMatchObject({ status: 200, isReused: true });
  expect(await send(port, reviewOf(), { agent: newAgent() })).toMatchObject({ status: 200 });
});

test('A flood ends no review that is held, once it is sure that the wait is for something.', async () => {
  const answered = Promise.withResolvers<string>();
  let keep: (() => void) | undefined;
  const answer = async (_body: unknown, kept?: () => void) => {
    keep = kept;
    return answered.promise;
  };
  const { port } = await start({ connections: 20 }, [{ path: '/held', problems: () => [], answer }]);
  const held = await open(port, postOf(reviewOf(), {}, '/held'));
  await until(() => keep !== undefined);
  keep?.();
  await Promise.all(repeat(50, () => open(port)));
  await until(() => openOnes().length <= 20);
  answered.resolve('{}');
  await until(() => held.received() !== '' || !held.isOpen());
  expect(statusesIn(held.received())).toEqual([200]);
});

test('If every connection has an answered review, the one is ended whose last answer is longest ago.', async () => {
  const { port } = await start({ connections: 3 });
  const [oldest, second, third] = [newAgent(), newAgent(), newAgent()];
  for (const agent of [oldest, second, third, oldest]) await send(port, reviewOf(), { agent });
  expect(await send(port, reviewOf(), { agent: newAgent() })).toMatchObject({ status: 200 });
  for (const agent of [oldest, third])
    expect(await send(port, reviewOf(), { agent })).toMatchObject({ isReused: true });
  expect(await send(port, reviewOf(), { agent: second })).toMatchObject({ status: 200, isReused: false });
});

test('When too much arrives at once the slowest body gets a 503: the API server repeats its call.', async () => {
  const { port } = await start({ bodyBytes: 100_000, bytesInFlight: 250_000 });
  const post = postOf(reviewOf({ spec: {}, text: 'x'.repeat(90_000) }));
  const slow: RawClient[] = [];
  for (let i = 0; i < 5; i += 1) slow.push(await open(port, post.slice(0, -100)));
  await until(() => slow.filter((client) => !client.isOpen()).length === 3);
  expect(slow.map((client) => statusesIn(client.received()))).toEqual([[503], [503], [503], [], []]);
  expect(slow[0]?.received()).toMatch(/^retry-after: 1\r$/im);
  expect(await send(port, reviewOf(), { agent: newAgent() })).toMatchObject({ status: 200 });
  slow[4]?.socket.write(post.slice(-100));
  await until(() => slow[4]?.received() !== '');
  expect(statusesIn(slow[4]?.received() ?? '')).toEqual([200]);
});

test('A body that its client gives up no longer counts.', async () => {
  const { port } = await start({ bodyBytes: 100_000, bytesInFlight: 150_000 });
  const post = postOf(reviewOf({ spec: {}, text: 'x'.repeat(90_000) }));
  for (let i = 0; i < 5; i += 1) {
    const client = await open(port, post.slice(0, -100));
    client.socket.destroy();
    await until(() => !client.isOpen());
  }
  const agent = newAgent();
  for (let i = 0; i < 5; i += 1)
    expect(await send(port, reviewOf({ spec: {}, text: 'x'.repeat(90_000) }), { agent })).toMatchObject({
      status: 200,
    });
});

test('It stops in time though clients stall, before TLS, in the head, in the body.', async () => {
  const stalled = await start({});
  const { port } = stalled;
  const post = postOf(reviewOf());
  openPlain(port);
  await open(port);
  await open(port, post.slice(0, 60));
  await open(port, post.slice(0, -30));
  const startedMs = performance.now();
  await stalled.close();
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await until(() => openOnes().length === 0);
});

test('A review that still arrives when it stops is answered, on a new and on a used connection.', async () => {
  const stopping = await start({});
  const post = postOf(reviewOf());
  const fresh = await open(stopping.port, post.slice(0, -30));
  const used = await open(stopping.port, post);
  await until(() => used.received() !== '');
  used.socket.write(post.slice(0, -30));
  // The server has read both when it answers the client that comes after them.
  await send(stopping.port, reviewOf(), { agent: newAgent() });
  const stopped = stopping.close();
  for (const { socket } of [fresh, used]) socket.write(post.slice(-30));
  await stopped;
  await until(() => !fresh.isOpen() && !used.isOpen());
  expect([fresh, used].map((client) => statusesIn(client.received()))).toEqual([[200], [200, 200]]);
  expect(fresh.received()).toMatch(/^connection: close\r$/im);
});
