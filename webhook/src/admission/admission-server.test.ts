import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsPairs } from '@clb-direct/shared/testing/tls-pairs.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reviewOf, send as sendTo, servedPair, startEndpoint, type TestEndpoint } from './testing/endpoint.ts';

let server: TestEndpoint;
let agent: Agent;
let refusedHandshakes: string[];
beforeEach(async () => {
  refusedHandshakes = [];
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const onRefusedHandshake = (code: string) => void refusedHandshakes.push(code);
  server = await startEndpoint({ onRefusedHandshake });
});
afterEach(async () => {
  agent.destroy();
  await server.close();
});

const send = (body: string, options: RequestOptions = {}) => sendTo(server.port, body, { agent, ...options });

async function metric(name: string): Promise<unknown> {
  return (await server.registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => ({
    ...labels,
    value,
  }));
}

describe('a review', () => {
  test('is answered over TLS, counted and timed', async () => {
    const { status, headers, body } = await send(reviewOf());
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toMatchObject({ response: { uid: 'u-1', allowed: true, patchType: 'JSONPatch' } });
    expect(await metric('clb_direct_admissions_total')).toEqual([{ result: 'gated', reason: 'eni-default', value: 1 }]);
  });

  test('of 3 MB is read', async () => {
    const annotations = { filler: 'x'.repeat(3_000_000) };
    expect((await send(reviewOf({ metadata: { annotations }, spec: {} }))).status).toBe(200);
  });
});

test('A plain-text and a broken TLS client do no harm.', async () => {
  const plain = connect(server.port, '127.0.0.1').on('error', () => undefined);
  plain.end('POST / HTTP/1.1\r\n\r\n');
  await once(plain, 'close');
  expect((await send(reviewOf())).status).toBe(200);
});

describe('a new certificate', () => {
  const isServed = async (name: keyof typeof tlsPairs) => {
    const outcome = send(reviewOf(), { agent: new Agent(), ca: tlsPairs[name].cert });
    return outcome.then(({ status }) => status === 200).catch((error: unknown) => String(error));
  };

  test('serves new connections, while open ones live on', async () => {
    await send(reviewOf());
    expect(await isServed('first')).toBe(true);
    server.swapPair(servedPair('second'));
    expect(await isServed('second')).toBe(true);
    expect(await isServed('first')).toContain('self-signed certificate');
    expect(await send(reviewOf())).toMatchObject({ status: 200, isReused: true });
  });

  test('that a client refuses is passed on with the code of its alert', async () => {
    // Node's own client judges certificates after the handshake and sends no alert; OpenSSL's does, as the API
    // server's.
    const where = ['-connect', `127.0.0.1:${server.port}`, '-no-CAfile', '-no-CApath', '-no-CAstore'];
    spawn('openssl', ['s_client', ...where, '-verify_return_error'], { stdio: 'ignore' });
    await until(() => refusedHandshakes.length > 0);
    expect(refusedHandshakes[0]).toMatch(/^ERR_SSL_\w+_ALERT_UNKNOWN_CA$/);
  });

  test('does not bring older TLS versions back', async () => {
    server.swapPair(servedPair('second'));
    const old = connectTls({ host: '127.0.0.1', port: server.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const failure = once(old, 'error').then(([error]) => (error as Error).message);
    const outcome = await Promise.race([failure, once(old, 'secureConnect').then(() => 'connected')]);
    old.destroy();
    expect(outcome).toContain('protocol version');
  });

  test('that does not fit its key is refused, and the old one stays', () => {
    expect(() => server.swapPair({ ...servedPair('second'), leafKey: tlsPairs.first.key })).toThrow(
      'key values mismatch',
    );
  });
});

describe('draining', () => {
  test('still answers on open connections and asks for new ones elsewhere', async () => {
    expect((await send(reviewOf())).headers.connection).toBe('keep-alive');
    server.startDraining();
    const answered = await send(reviewOf());
    expect(answered).toMatchObject({ status: 200, isReused: true });
    expect(answered.headers.connection).toBe('close');
    expect(await send(reviewOf())).toMatchObject({ status: 200, isReused: false });
  });

  test('ends at once when nothing is in flight, though a connection is open', async () => {
    await send(reviewOf());
    const startedMs = performance.now();
    await server.close();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
