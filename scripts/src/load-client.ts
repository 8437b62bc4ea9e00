/**
 * Asks an address at a steady rate until SIGTERM, half of the requests on new connections, half
 * on kept ones, and then prints what came of them as one JSON line: load-client.ts HOST PORT REQUESTS-PER-SECOND
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [host = '', port = '80', perSecond = '100'] = process.argv.slice(2);
// Each kept connection is used in turn, so that none is idle for long: a server may close those.
const kept = new Agent({ keepAlive: true, maxSockets: 8, scheduling: 'fifo' });
const tally = { sent: 0, ok: 0, failures: [] as string[], pods: new Map<string, number>() };
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

async function askOnce(agent: Agent | false): Promise<void> {
  tally.sent += 1;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const fail = (why: string) => {
    tally.failures.push(`${new Date().toISOString()} ${agent === false ? 'new' : 'kept'} connection: ${why}`);
    resolve(undefined);
  };
  const sent = request({ host, port: Number(port), agent, timeout: 5_000 }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('error', (error) => fail(error.message));
    response.on('end', () => {
      if (response.statusCode === 200) note(text);
      else fail(`status ${response.statusCode ?? 0}`);
      resolve(undefined);
    });
  });
  sent.on('timeout', () => sent.destroy(new Error('no answer in 5 s')));
  sent.on('error', (error) => fail(error.message));
  sent.end();
  await promise;
}

function note(text: string): void {
  tally.ok += 1;
  const { pod } = JSON.parse(text) as { pod: string };
  tally.pods.set(pod, (tally.pods.get(pod) ?? 0) + 1);
}

const running = new Set<Promise<void>>();
for (let i = 0; !stop.signal.aborted; i += 1) {
  const asking = askOnce(i % 2 === 0 ? false : kept);
  running.add(asking);
  void asking.then(() => running.delete(asking));
  await sleep(1000 / Number(perSecond), undefined, { signal: stop.signal }).catch(() => undefined);
}
await Promise.all(running);
kept.destroy();
process.stdout.write(`${JSON.stringify({ ...tally, pods: Object.fromEntries(tally.pods) })}\n`);
