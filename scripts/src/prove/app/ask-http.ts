import { Agent, request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { durationOf } from './duration-of.ts';
import { sourceAddresses } from './source-addresses.ts';
import { limitMs, type Address, type Tally } from './tally.ts';

/** Requests over new connections, or every other one over kept ones. */
export function askHttp(address: Address, tally: Tally, connections: 'new' | 'both') {
  // Each is used in turn, so that none is idle for as long as a server takes to end.
  const kept = new Agent({ keepAlive: true, maxSockets: 12, scheduling: 'fifo' });
  const pods = new WeakMap<Socket, string>();
  const sources = sourceAddresses();
  const ask = async (number: number): Promise<void> => {
    const agent = connections === 'both' && number % 2 === 1 ? kept : false;
    const connection = agent === false ? 'new' : 'kept';
    const { promise, resolve } = Promise.withResolvers<undefined>();
    tally.sent += 1;
    const startedMs = performance.now();
    const path = `/?ms=${durationOf(number)}&id=${number}`;
    // The kept ones are few.
    const localAddress = agent === false ? sources.next().value : undefined;
    const sent = request({ ...address, localAddress, path, agent });
    // What waits for a connection to be free is not on its way yet.
    let timer: NodeJS.Timeout | undefined;
    sent.once('socket', () => {
      timer = setTimeout(() => sent.destroy(new Error(`no answer in ${limitMs} ms`)), limitMs);
    });
    const settle = (why?: string) => {
      clearTimeout(timer);
      if (why !== undefined) {
        const told = `${why} after ${Math.round(performance.now() - startedMs)} ms`;
        tally.lost({ connection, why: told, pod: sent.socket === null ? undefined : pods.get(sent.socket) });
      }
      resolve(undefined);
    };
    sent.on('error', ({ message }) => settle(message));
    sent.on('response', (response) => {
      readAnswer(response, String(number)).then(
        (pod) => {
          if (sent.socket !== null) pods.set(sent.socket, pod);
          tally.answered(pod);
          settle();
        },
        (error: unknown) => settle(String(error)),
      );
    });
    sent.end();
    await promise;
  };
  return { ask, end: () => kept.destroy() };
}

/** The pod's name; an answer that is cut or not to this request is an error. */
async function readAnswer(response: IncomingMessage, id: string): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode ?? 0}`);
  const answer = JSON.parse(text) as { readonly pod: string; readonly id: string };
  if (answer.id !== id) throw new Error(`the answer is to request ${answer.id}`);
  return answer.pod;
}
