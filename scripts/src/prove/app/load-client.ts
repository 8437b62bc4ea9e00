/**
 * Asks at a steady rate until SIGTERM, and then prints what came of it as one JSON line; it never asks a second time.
 * load-client.ts HOST:PORT APP REQUESTS-PER-SECOND, with the app as ../rows.ts has it. It prints a line when it begins,
 * and on SIGUSR1 how many it has sent and lost.
 */
import { setImmediate as afterReading, setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../rows.ts';
import { askHttp } from './ask-http.ts';
import { askHttp2 } from './ask-http2.ts';
import { askTcp } from './ask-tcp.ts';
import { askUdp } from './ask-udp.ts';
import { askWebSocket } from './ask-websocket.ts';
import { Tally } from './tally.ts';

const [address = '', app = 'http', perSecond = '100'] = process.argv.slice(2);
const [host = '', port = '80'] = address.split(':');
const to = { host, port: Number(port) };
const tally = new Tally();
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.on('SIGUSR1', () => process.stdout.write(`${JSON.stringify(tally.soFar())}\n`));

const asking = {
  http: () => askHttp(to, tally, 'both'),
  // What stops at once cuts kept connections too: no weight of a CLB keeps a request from them.
  'http-at-once': () => askHttp(to, tally, 'new'),
  tcp: () => askTcp(to, tally),
  udp: () => askUdp(to, tally),
  ingress: () => askHttp(to, tally, 'both'),
  http2: () => askHttp2(to, tally, 'http'),
  grpc: () => askHttp2(to, tally, 'grpc'),
  websocket: () => askWebSocket(to, tally),
} satisfies Record<App, () => { readonly ask: (number: number) => Promise<void>; readonly end: () => void }>;

const { ask, end } = asking[app as App]();
const running = new Set<Promise<void>>();
const startedMs = performance.now();
process.stdout.write(`${JSON.stringify(tally.soFar())}\n`);
for (let number = 0; !stop.signal.aborted; number += 1) {
  const one = ask(number);
  running.add(one);
  void one.then(() => running.delete(one));
  // By the clock and not by pauses, which a busy machine lengthens.
  const dueMs = startedMs + ((number + 1) * 1000) / Number(perSecond) - performance.now();
  await sleep(Math.max(0, dueMs), undefined, { signal: stop.signal }).catch(() => undefined);
  // Connections that were closed while a busy machine let this program wait are not used again.
  await afterReading();
}
await Promise.all(running);
end();
process.stdout.write(`${JSON.stringify(tally.load())}\n`, () => process.exit(0));
