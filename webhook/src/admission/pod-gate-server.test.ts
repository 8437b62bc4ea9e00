import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsPairs } from '@clb-direct/shared/testing/tls-pairs.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { podGatePath } from './pod-gate-server.ts';
import { reviewOf, send as sendTo, servedPair, startEndpoint, type TestEndpoint } from './testing/endpoint.ts';

let server: TestEndpoint;
let eniDefault: () => EniDefault | undefined;
let agent: Agent;
let refusedHandshakes: string[];
beforeEach(async () => {
  refusedHandshakes = [];
  eniDefault = () => 'eni';
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const onRefusedHandshake = (code: string) => void refusedHandshakes.push(code);
  server = await startEndpoint({ eniDefault: () => eniDefault(), onRefusedHandshake });
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

  test.each(['Application/JSON', 'application/json; charset=utf-8', 'application/json ;charset=utf-8'])(
    'is answered when it is called %s',
    async (type) => {
      expect((await send(reviewOf(), { headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  test('of 3 MB is read', async () => {
    const annotations = { filler: 'x'.repeat(3_000_000) };
    expect((await send(reviewOf({ metadata: { annotations }, spec: {} }))).status).toBe(200);
  });

  test('with prototype poison is answered, and poisons nothing', async () => {
    const body = reviewOf().replace(
      '"object":{',
      '"object":{"__proto__":{"polluted":true},"constructor":{"prototype":1},',
    );
    expect((await send(body)).status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('is put off while the answer is not known, so that the API server comes again', async () => {
    eniDefault = () => undefined;
    const { status, headers } = await send(reviewOf());
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
  });
});

test.each(['Failure', 0, 404])('A fault of ours is an internal error, though its status is %p.', async (status) => {
  eniDefault = () => {
    throw Object.assign(new Error('nothing for clients'), { status });
  };
  expect(await send(reviewOf())).toMatchObject({ status: 500, body: 'Internal error.\n' });
  expect(await metric('clb_direct_refused_requests_total')).toEqual([{ status: 500, value: 1 }]);
});

describe('what is no review', () => {
  const tooMuch = `"${'x'.repeat(7 * 1024 * 1024)}"`;
  test.each<{ name: string; body?: string; options?: RequestOptions; status: number; words?: string }>([
    { name: 'another content type', options: { headers: { 'content-type': 'text/plain' } }, status: 415 },
    { name: 'a longer content type', options: { headers: { 'content-type': 'application/json-seq' } }, status: 415 },
    { name: 'no content type', options: { headers: {} }, status: 415 },
    { name: 'no JSON', body: '{', status: 400, words: 'The body is not JSON' },
    { name: 'no body', body: '', status: 400, words: 'The body is not JSON' },
    {
      name: 'a wrong kind',
      body: '{"apiVersion":"admission.k8s.io/v1","kind":"Pod"}',
      status: 400,
      words: 'kind is "Pod"',
    },
    { name: 'too much', body: tooMuch, status: 413 },
    { name: 'another path', options: { path: '/' }, status: 404, words: `reviews go to ${podGatePath}` },
    { name: 'a slash too many', options: { path: `${podGatePath}/` }, status: 404 },
    { name: 'another method', body: '', options: { method: 'GET', headers: {} }, status: 405, words: 'Send a POST.' },
  ])('$name: $status', async ({ body, options, status, words }) => {
    const answered = await send(body ?? reviewOf(), options);
    expect(answered.status).toBe(status);
    expect(answered.body).toContain(words ?? '');
  });

  test('a plain-text and a broken TLS client do no harm', async () => {
    const plain = connect(server.port, '127.0.0.1').on('error', () => undefined);
    plain.end('POST / HTTP/1.1\r\n\r\n');
    await once(plain, 'close');
    expect((await send(reviewOf())).status).toBe(200);
  });
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

  test('that a client refuses is told with the code of its alert', async () => {
    // Node's own client judges certificates after the handshake and sends no alert; OpenSSL's does, as the API server's.
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
  test('goes on answering on open connections and asks for new ones elsewhere', async () => {
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
