import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { text } from 'node:stream/consumers';
import { webhookHostName, webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { makeEverything } from '@clb-direct/certs/make-material.ts';
import { defaultPolicy, type Material } from '@clb-direct/certs/material.ts';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { tryHandshake } from '../self-handshake.ts';
import { createAdmissionMetrics } from './admission-metrics.ts';
import { podGatePath, startPodGateServer, type PodGateServer } from './pod-gate-server.ts';

const hostName = webhookHostName('hook', 'ns');
const order = { hostNames: webhookHostNames('hook', 'ns'), hostName, policy: defaultPolicy, trusted: [] };
const rule = { gateType: 'x/gate', optOutAnnotation: 'x/off', excludedNamespaces: [], gateJobPods: false };

let first: Material;
let second: Material;
beforeAll(async () => {
  first = await makeEverything({ ...order, nowMs: Date.now(), generation: 1 });
  second = await makeEverything({ ...order, nowMs: Date.now(), generation: 1 });
});

let server: PodGateServer;
let registry: Registry;
let eniDefault: () => EniDefault | undefined;
let agent: Agent;
let refusedHandshakes: string[];
beforeEach(async () => {
  refusedHandshakes = [];
  registry = new Registry();
  eniDefault = () => 'eni';
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const metrics = createAdmissionMetrics(registry);
  const log = createLogger({ program: 'test', level: 'silent' });
  const onRefusedHandshake = (code: string) => void refusedHandshakes.push(code);
  const where = { host: '127.0.0.1', port: 0, pair: first, onRefusedHandshake };
  server = await startPodGateServer({ ...where, rule, eniDefault: () => eniDefault(), metrics, log });
});
afterEach(async () => {
  agent.destroy();
  await server.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
  readonly isReused: boolean;
}

async function send(body: string | Buffer | undefined, options: RequestOptions = {}): Promise<Answer> {
  const where = { host: '127.0.0.1', port: server.port, path: `${podGatePath}?timeout=5s`, method: 'POST' };
  const trust = { servername: hostName, ca: first.bundle, agent };
  const headers = { 'content-type': 'application/json' };
  const outgoing = request({ ...where, ...trust, headers, ...options });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [
    Parameters<typeof text>[0] & { statusCode: number; headers: Record<string, unknown> },
  ];
  const { statusCode: status, headers: received } = response;
  return { status, headers: received, body: await text(response), isReused: outgoing.reusedSocket };
}

function review(object: unknown = { spec: {} }): string {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const asked = { uid: 'u-1', resource, operation: 'CREATE', namespace: 'default', object };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked });
}

async function metric(name: string): Promise<unknown> {
  return (await registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => ({ ...labels, value }));
}

describe('a review', () => {
  test('is answered over TLS, counted and timed', async () => {
    const { status, headers, body } = await send(review());
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toMatchObject({ response: { uid: 'u-1', allowed: true, patchType: 'JSONPatch' } });
    expect(await metric('clb_direct_admissions_total')).toEqual([{ result: 'gated', reason: 'eni-default', value: 1 }]);
  });

  test('of 3 MB is read', async () => {
    const annotations = { filler: 'x'.repeat(3_000_000) };
    expect((await send(review({ metadata: { annotations }, spec: {} }))).status).toBe(200);
  });

  test('with prototype poison is answered, and poisons nothing', async () => {
    const body = review().replace(
      '"object":{',
      '"object":{"__proto__":{"polluted":true},"constructor":{"prototype":1},',
    );
    expect((await send(body)).status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('is put off while the answer is not known, so that the API server comes again', async () => {
    eniDefault = () => undefined;
    const { status, headers } = await send(review());
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
  });
});

describe('what is no review', () => {
  const tooMuch = `"${'x'.repeat(8 * 1024 * 1024)}"`;
  test.each<{ name: string; body?: string; options?: RequestOptions; status: number; words?: string }>([
    { name: 'another content type', options: { headers: { 'content-type': 'text/plain' } }, status: 415 },
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
    { name: 'another path', options: { path: '/' }, status: 404 },
    { name: 'a slash too many', options: { path: `${podGatePath}/` }, status: 404 },
    { name: 'another method', body: '', options: { method: 'GET', headers: {} }, status: 404 },
  ])('$name: $status', async ({ body, options, status, words }) => {
    const answered = await send(body ?? review(), options);
    expect(answered.status).toBe(status);
    expect(answered.body).toContain(words ?? '');
  });

  test('never crashes it and is never redirected', async () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const { status } = await send(body);
        expect(status).toBe(400);
      }),
      { numRuns: 60 },
    );
    expect((await send(review())).status).toBe(200);
  });

  test('a plain-text and a broken TLS client do no harm', async () => {
    const plain = connect(server.port, '127.0.0.1').on('error', () => undefined);
    plain.end('POST / HTTP/1.1\r\n\r\n');
    await once(plain, 'close');
    expect((await send(review())).status).toBe(200);
  });
});

describe('a new certificate', () => {
  const trusts = (bundle: string) =>
    tryHandshake({ host: '127.0.0.1', port: server.port, bundle, hostName, timeoutMs: 5_000 });

  test('serves new connections, while open ones live on', async () => {
    await send(review());
    expect(await trusts(first.bundle)).toBeUndefined();
    server.swapPair(second);
    expect(await trusts(second.bundle)).toBeUndefined();
    expect(await trusts(first.bundle)).toMatch(/TLS handshake on port \d+: /);
    expect(await send(review())).toMatchObject({ status: 200, isReused: true });
  });

  test('that a client refuses is told with the code of its alert', async () => {
    // Node's own client judges certificates after the handshake and sends no alert; OpenSSL's does, as the API server's.
    const where = ['-connect', `127.0.0.1:${server.port}`, '-no-CAfile', '-no-CApath', '-no-CAstore'];
    spawn('openssl', ['s_client', ...where, '-verify_return_error'], { stdio: 'ignore' });
    await until(() => refusedHandshakes.length > 0);
    expect(refusedHandshakes[0]).toMatch(/^ERR_SSL_\w+_ALERT_UNKNOWN_CA$/);
  });

  test('does not bring older TLS versions back', async () => {
    server.swapPair(second);
    const old = connectTls({ host: '127.0.0.1', port: server.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const failure = once(old, 'error').then(([error]) => (error as Error).message);
    const outcome = await Promise.race([failure, once(old, 'secureConnect').then(() => 'connected')]);
    old.destroy();
    expect(outcome).toContain('protocol version');
  });

  test('that does not fit its key is refused, and the old one stays', () => {
    expect(() => server.swapPair({ chain: second.chain, leafKey: first.leafKey })).toThrow('key values mismatch');
  });
});

describe('a handshake', () => {
  test('with a server that says nothing ends in time', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as { port: number };
    const problem = await tryHandshake({ host: '127.0.0.1', port, bundle: first.bundle, hostName, timeoutMs: 50 });
    expect(problem).toBe(`no TLS handshake on port ${port} within 50 ms`);
    silent.close();
  });
});

describe('draining', () => {
  test('goes on answering on open connections and asks for new ones elsewhere', async () => {
    expect((await send(review())).headers['connection']).toBe('keep-alive');
    server.startDraining();
    const answered = await send(review());
    expect(answered).toMatchObject({ status: 200, isReused: true });
    expect(answered.headers['connection']).toBe('close');
    expect(await send(review())).toMatchObject({ status: 200, isReused: false });
  });

  test('ends at once when nothing is in flight, though a connection is open', async () => {
    await send(review());
    const startedMs = performance.now();
    await server.close();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
