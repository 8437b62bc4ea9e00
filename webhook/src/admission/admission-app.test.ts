import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { createAdmissionApp, type AdmissionApp } from './admission-app.ts';
import { createAdmissionMetrics } from './admission-metrics.ts';
import { defaultLimits } from './limits/endpoint-limits.ts';
import { podGatePath } from './pod-gate/pod-gate-endpoint.ts';
import { podGateWith, reviewOf, servedPair } from './testing/endpoint.ts';

let app: AdmissionApp;
let registry: Registry;
let network: () => ClusterNetwork | undefined;
beforeEach(() => {
  network = () => ({ eniDefault: 'eni', globalRoute: false });
  registry = new Registry();
  const metrics = createAdmissionMetrics(registry);
  const other = {
    path: '/other',
    problems: () => [],
    answer: (body: unknown) => `other ${JSON.stringify(body)}`,
    answerUnparsed: (uid: string) => `unparsed ${uid}`,
  };
  app = createAdmissionApp({
    endpoints: [podGateWith({ network: () => network(), metrics }), other],
    pair: servedPair('first'),
    limits: defaultLimits,
    metrics,
    log: createLogger({ program: 'test', level: 'silent' }),
  });
});
afterEach(() => app.fastify.close());

async function send(payload: string, changed: InjectOptions = {}): Promise<LightMyRequestResponse> {
  const headers = { 'content-type': 'application/json' };
  return app.fastify.inject({ method: 'POST', url: `${podGatePath}?timeout=5s`, headers, payload, ...changed });
}

async function refused(): Promise<unknown> {
  const { values = [] } = (await registry.getSingleMetric('clb_direct_refused_requests_total')?.get()) ?? {};
  return values.map(({ labels, value }) => ({ ...labels, value }));
}

describe('a review', () => {
  test.each(['Application/JSON', 'application/json; charset=utf-8', 'application/json ;charset=utf-8'])(
    'is answered when it is called %s',
    async (type) => {
      expect((await send(reviewOf(), { headers: { 'content-type': type } })).statusCode).toBe(200);
    },
  );

  test('with prototype poison is answered, and poisons nothing', async () => {
    const body = reviewOf().replace(
      '"object":{',
      '"object":{"__proto__":{"polluted":true},"constructor":{"prototype":1},',
    );
    expect((await send(body)).statusCode).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('is put off while the answer is not known, so that the API server comes again', async () => {
    network = () => undefined;
    const { statusCode, headers } = await send(reviewOf());
    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
  });

  test('goes to the endpoint of its path', async () => {
    expect((await send('{"a":1}', { url: '/other' })).payload).toBe('other {"a":1}');
    expect((await send(reviewOf())).json()).toMatchObject({ response: { uid: 'u-1', patchType: 'JSONPatch' } });
  });

  test('with more brackets than are parsed is answered where none is refused, and refused by others', async () => {
    const body = reviewOf({ spec: { imagePullSecrets: Array.from({ length: 100_000 }, () => ({})) } });
    expect((await send(body, { url: '/other' })).payload).toBe('unparsed u-1');
    expect(await send(body)).toMatchObject({ statusCode: 400 });
  });

  test('of a pod of any text that etcd takes is read, as an API server writes it', async () => {
    const body = reviewOf({ spec: {}, text: '@' }).replace('"@"', `"${'\\u003c'.repeat(1.5 * 1024 * 1024)}"`);
    expect((await send(body)).statusCode).toBe(200);
  });
});

test.each(['Failure', 0, 404])('A fault of ours is an internal error, though its status is %p.', async (status) => {
  network = () => {
    throw Object.assign(new Error('nothing for clients'), { status, statusCode: status });
  };
  expect(await send(reviewOf())).toMatchObject({ statusCode: 500, payload: 'Internal error.\n' });
  expect(await refused()).toEqual([{ status: 500, value: 1 }]);
});

test('An error of ours with the code of a library is an internal error, too.', async () => {
  network = () => {
    throw Object.assign(new Error('nothing for clients'), { code: 'ENOENT', statusCode: 404 });
  };
  expect(await send(reviewOf())).toMatchObject({ statusCode: 500, payload: 'Internal error.\n' });
});

describe('what is no review', () => {
  const tooMuch = `"${'x'.repeat(10 * 1024 * 1024)}"`;
  test.each<{ name: string; body?: string; options?: InjectOptions; status: number; words?: string }>([
    { name: 'another content type', options: { headers: { 'content-type': 'text/plain' } }, status: 415 },
    { name: 'a longer content type', options: { headers: { 'content-type': 'application/json-seq' } }, status: 415 },
    { name: 'a content type that is none', options: { headers: { 'content-type': 'json' } }, status: 415 },
    { name: 'no content type', options: { headers: {} }, status: 415, words: 'Send a body of the content type' },
    { name: 'no content type and no body', body: '', options: { headers: {} }, status: 415 },
    { name: 'no JSON', body: '{', status: 400, words: 'The body is not JSON' },
    { name: 'no body', body: '', status: 400, words: 'The body is not JSON' },
    {
      name: 'a wrong kind',
      body: '{"apiVersion":"admission.k8s.io/v1","kind":"Pod"}',
      status: 400,
      words: 'kind is "Pod"',
    },
    { name: 'too much', body: tooMuch, status: 413 },
    { name: 'another path', options: { url: '/' }, status: 404, words: `reviews go to ${podGatePath} or /other.` },
    { name: 'a slash too many', options: { url: `${podGatePath}/` }, status: 404 },
    { name: 'a path that cannot be decoded', options: { url: '/%zz' }, status: 400 },
    { name: 'another method', body: '', options: { method: 'GET', headers: {} }, status: 405, words: 'Send a POST.' },
    { name: 'another method with a body', options: { method: 'PUT' }, status: 405, words: 'Send a POST.' },
  ])('$name: $status, counted, and its connection is closed', async ({ body, options, status, words }) => {
    const answered = await send(body ?? reviewOf(), options);
    expect(answered.statusCode).toBe(status);
    expect(answered.payload).toContain(words ?? '');
    expect(answered.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    expect(await refused()).toEqual([{ status, value: 1 }]);
  });
});

test('While it drains each answer asks its client for a new connection.', async () => {
  expect((await send(reviewOf())).headers.connection).toBe('keep-alive');
  app.traffic.isDraining = true;
  expect(await send(reviewOf())).toMatchObject({ statusCode: 200, headers: { connection: 'close' } });
});
