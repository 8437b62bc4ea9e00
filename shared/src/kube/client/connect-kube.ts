import type { Registry } from 'prom-client';
import { withDeadline } from '../../runtime/deadline.ts';
import type { Log } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import { showClockOffset } from './clock-metric.ts';
import { createConnectionPool, mostCalls, type ConnectionPool } from './connection-pool.ts';
import { openCredentials, type KubeconfigChoice } from './credentials.ts';
import { silence } from './failures.ts';
import { KubeError, noAnswer, type KubeApi, type KubeCall } from './kube-api.ts';
import { kubeMetrics, type KubeMetrics } from './kube-metrics.ts';
import { retryPauseMs } from './retry.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { createTransport, nameOf, type Transport } from './transport.ts';
import { watch } from './watch.ts';

export interface ConnectKubeOptions extends KubeconfigChoice {
  readonly userAgent: string;
  readonly log: Log;
  readonly registry?: Registry;
}

/** The API server, and what its answers say of the time. */
export interface KubeConnection extends KubeApi {
  readonly clock: Pick<ServerClock, 'nowMs' | 'offsetMs'>;
}

const readLimitMs = 30_000;
/** Other people's admission webhooks may hold a write for 30 s. */
const writeLimitMs = 40_000;

/**
 * Opens the way to the API server: fresh credentials, deadlines and safe retries. Calls and watches have connections of
 * their own: however many objects are watched, the Lease is renewed and gates are written.
 */
export async function connectKube(options: ConnectKubeOptions): Promise<KubeConnection> {
  const credentials = await openCredentials(options);
  const pools = { call: createConnectionPool(mostCalls), watch: createConnectionPool(null) };
  const clock = createServerClock();
  const transportOf = (pool: ConnectionPool) =>
    createTransport({ credentials, pool, clock, userAgent: options.userAgent });
  const [calls, watches] = [transportOf(pools.call), transportOf(pools.watch)];
  const metrics = kubeMetrics(options.registry);
  showClockOffset(options.registry, clock);
  return {
    call: <T>(call: KubeCall) => callWithRetries({ transport: calls, metrics, log: options.log }, call) as Promise<T>,
    watch: (call) => watch({ transport: watches, metrics }, call),
    clock,
    close: async () => {
      await Promise.all(Object.values(pools).map(async (pool) => pool.close()));
    },
  };
}

interface Parts {
  readonly transport: Transport;
  readonly metrics: KubeMetrics;
  readonly log: Log;
}

async function callWithRetries(parts: Parts, call: KubeCall): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    call.signal.throwIfAborted();
    call.beforeTry?.();
    try {
      return await callOnce(parts, call);
    } catch (error) {
      call.signal.throwIfAborted();
      const pauseMs = retryPauseMs({ error, method: call.method, tries });
      if (pauseMs === undefined) throw error;
      parts.log.debug(
        { request: nameOf(call), tries, pauseMs, err: error },
        'request to the API server is tried again',
      );
      await sleep(pauseMs, call.signal);
    }
  }
}

async function callOnce({ transport, metrics }: Parts, call: KubeCall): Promise<unknown> {
  const startedAt = performance.now();
  const ms = call.timeoutMs ?? (call.method === 'GET' ? readLimitMs : writeLimitMs);
  try {
    const value = await withDeadline({ ms, signal: call.signal }, (signal) =>
      exchange(transport, { ...call, signal }, ms),
    );
    metrics.answered(call.method, performance.now() - startedAt);
    return value;
  } catch (error) {
    const failure: unknown = call.signal.aborted ? error : silence(nameOf(call), error);
    metrics.failed(call.method, failure, performance.now() - startedAt);
    throw failure;
  }
}

async function exchange(transport: Transport, call: KubeCall, ms: number): Promise<unknown> {
  const answer = await transport({ ...call, silenceMs: ms });
  const text = await textOf(call, answer.body);
  const isJson = String(answer.headers['content-type']).includes('json');
  return isJson ? parse(call, text) : text;
}

async function textOf({ mostBytes = Infinity, ...call }: KubeCall, body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    parts.push(part);
    if (bytes <= mostBytes) continue;
    const message = `${nameOf(call)}: the answer has more than ${mostBytes} bytes`;
    throw new KubeError({ status: 0, reason: noAnswer.tooLarge, message });
  }
  return Buffer.concat(parts).toString();
}

function parse(call: KubeCall, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = `${nameOf(call)}: the answer is no JSON`;
    throw new KubeError({ status: 0, reason: noAnswer.badAnswer, message });
  }
}
