import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import type { Listener } from '../state/model.ts';
import { createStore } from '../state/store.ts';
import { eventually } from '../testing/test-emulator.ts';
import { makeListener, makeLoadBalancer, makeRule } from '../testing/test-listeners.ts';
import { startProxy } from './start-proxy.ts';
import { startEcho, startHttpTarget } from './testing/targets.ts';
import { askAt, converse, freePort, vip, withCertificate, type Asking } from './testing/test-proxy.ts';
import { defaultProxySettings } from './upstream.ts';

const host = 'a.example';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
async function own<T extends { stop: () => unknown }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  closers.push(started.stop);
  return started;
}

type Connected = NonNullable<Parameters<typeof startProxy>[0]['connected']>;

/** Four listeners, each with three targets, in a proxy of its own process. */
async function startCloud() {
  const store = createStore();
  const stop = new AbortController();
  const problems: string[] = [];
  const report = (problem: string) => void problems.push(problem);
  const taken: Record<string, number> = {};
  const connected: Connected = ({ listener, target }, count) => {
    const name = `${listener.protocol} ${target.port}`;
    taken[name] = (taken[name] ?? 0) + count;
  };
  const plane = startProxy({ store, settings: defaultProxySettings, report, connected, signal: stop.signal });
  closers.push(async () => {
    stop.abort();
    await plane.stopped();
  });
  const loadBalancer = makeLoadBalancer(vip);
  store.putLoadBalancer(loadBalancer);
  const web = await Promise.all(['a', 'b', 'c'].map((name) => own(startHttpTarget(name))));
  const echo = await Promise.all(['a', 'b', 'c'].map(() => own(startEcho())));
  const rules = () => [makeRule(host, { targets: web.map(({ target }) => ({ ...target })) })];
  const make = async (protocol: Listener['protocol'], more: Partial<Listener>) =>
    makeListener({ protocol, port: await freePort(), ...withCertificate('unknown'), ...more });
  const listeners = [
    await make('HTTP', { rules: rules() }),
    await make('HTTP', { rules: rules(), keepaliveEnable: 1 }),
    await make('HTTPS', { rules: rules() }),
    await make('TCP_SSL', { targets: echo.map(({ target }) => target) }),
  ];
  listeners.forEach((listener) => store.addListener(loadBalancer, listener));
  await plane.settled();
  return { store, plane, loadBalancer, listeners, problems, taken };
}

/** Clients that repeat their work until the test is over; counts rounds and records losses. */
function startClients(works: readonly (() => Promise<unknown>)[]) {
  const counts = works.map(() => 0);
  const losses: string[] = [];
  let isOver = false;
  const run = async (work: () => Promise<unknown>, index: number) => {
    while (!isOver) {
      await work().catch((error: unknown) => losses.push(`${index}: ${String(error)}`));
      counts[index] = (counts[index] ?? 0) + 1;
    }
  };
  const ended = Promise.all(works.map(run));
  return {
    counts,
    losses,
    async stop() {
      isOver = true;
      await ended;
    },
  };
}

async function askWell(port: number, path: string, options: Asking): Promise<void> {
  const { status, body } = await askAt(port, host, path, options);
  if (status !== 200) throw new Error(`${status} ${body}`);
}
/** Sends lines over one connection, and gets each back. */
function talker(through: ReturnType<typeof converse>, first = '') {
  closers.push(() => through.socket.destroy());
  through.say(first);
  let count = 0;
  return async () => {
    const line = `<${(count += 1)}>`;
    through.say(line);
    await eventually(() => Promise.resolve(through.heard().includes(line)));
    if (through.socket.destroyed) throw new Error('closed');
  };
}

function clientsOf([plain, keeping, secure, stream]: readonly Listener[]) {
  const [port = 0, keepingPort = 0, securePort = 0, streamPort = 0] = [plain, keeping, secure, stream].map(
    (listener) => listener?.port,
  );
  const agent = new Agent({ keepAlive: true });
  const tlsAgent = new TlsAgent({ keepAlive: true, rejectUnauthorized: false });
  closers.push(
    () => agent.destroy(),
    () => tlsAgent.destroy(),
  );
  const post = { method: 'POST', body: 'apples' };
  const upgrade = `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`;
  const tls = () => converse(connectTls({ host: vip, port: streamPort, rejectUnauthorized: false }));
  const onceByTls = async () => {
    const through = tls();
    through.say('!');
    await eventually(() => Promise.resolve(through.heard() === '!'));
    through.socket.destroy();
  };
  return startClients([
    () => askWell(port, '/', {}),
    () => askWell(port, '/', { agent, ...post }),
    () => askWell(keepingPort, '/', { agent }),
    () => askWell(keepingPort, '/', post),
    () => askWell(securePort, '/', { tls: true, agent: tlsAgent }),
    () => askWell(securePort, '/', { tls: true, ...post }),
    talker(converse(connect(port, vip)), upgrade),
    talker(tls()),
    onceByTls,
  ]);
}

test('sixty changes under load, at most twenty a second, lose nothing of targets that stay', async () => {
  const { store, plane, loadBalancer, listeners, problems } = await startCloud();
  const passing = makeListener({ protocol: 'HTTP', port: await freePort(), rules: [makeRule('other.example')] });
  const clients = clientsOf(listeners);
  for (let changes = 0; changes < 60; changes++) {
    for (const listener of listeners) {
      const rule = listener.rules[0];
      const [first, , third] = (rule ?? listener).targets;
      const place = { loadBalancer, listener, rule };
      if (first) store.setWeight({ ...place, target: first }, 10 + (changes % 7));
      if (third) store.setWeight({ ...place, target: third }, changes % 2);
    }
    if (changes % 4 === 1) store.addListener(loadBalancer, passing);
    if (changes % 4 === 3) store.removeListener(loadBalancer, passing);
    const [, , secure] = listeners;
    if (secure) store.changeListener(loadBalancer, secure, withCertificate(`unknown-${changes % 2}`));
    await plane.settled();
    await sleep(50);
    // However slow the machine is, each change meets requests of every client under way.
    const before = [...clients.counts];
    await eventually(
      () => Promise.resolve(clients.counts.every((count, index) => count > (before[index] ?? 0))),
      30_000,
    );
  }
  await clients.stop();
  expect([clients.losses, problems]).toEqual([[], []]);
}, 120_000);

test('new requests and connections are counted by target', async () => {
  const { listeners, taken } = await startCloud();
  const [plain, , , stream] = listeners.map(({ port, rules, targets }) => ({
    port,
    targets: (rules[0]?.targets ?? targets).map((target) => target.port),
  }));
  if (!plain || !stream) throw new Error('no listeners');
  for (let count = 0; count < 6; count++) await askWell(plain.port, '/', {});
  await talker(converse(connectTls({ host: vip, port: stream.port, rejectUnauthorized: false })))();
  const byRule = Object.fromEntries(plain.targets.map((port) => [`HTTP ${port}`, 2]));
  const byListener = { [`TCP_SSL ${stream.targets[0] ?? 0}`]: 1 };
  const total = () => Object.values(taken).reduce((sum, count) => sum + count, 0);
  await eventually(() => Promise.resolve(total() === 7));
  expect(taken).toEqual({ ...byRule, ...byListener });
}, 30_000);
