import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { applyPatch, type Operation } from 'rfc6902';
import { podGatePath } from './pod-gate/pod-gate-endpoint.ts';
import {
  gateType,
  postOf,
  reviewOf,
  send,
  startEndpoint,
  statusesIn,
  talk,
  type Answer,
  type TestEndpoint,
} from './testing/endpoint.ts';

let server: TestEndpoint;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeAll(async () => (server = await startEndpoint()));
afterAll(async () => {
  agent.destroy();
  await server.close();
});

interface Gated {
  readonly spec: { readonly readinessGates?: readonly unknown[] | null };
}
interface Response {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: string;
  readonly patch?: string;
}

const ask = (body: string | Uint8Array): Promise<Answer> => send(server.port, body, { agent });
const responseIn = ({ body }: Answer) => (JSON.parse(body) as { response: Response }).response;

function operationsIn({ patch, patchType }: Response): Operation[] {
  expect(patchType).toBe(patch === undefined ? undefined : 'JSONPatch');
  return patch === undefined ? [] : (JSON.parse(Buffer.from(patch, 'base64').toString()) as Operation[]);
}

/** The pod, with the operations applied by a library that knows nothing of ours. */
function patched(pod: unknown, operations: Operation[]): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(pod));
  expect(applyPatch(copy, operations).filter((problem) => problem !== null)).toEqual([]);
  return copy;
}

function withGate(pod: Gated): unknown {
  return {
    ...pod,
    spec: { ...pod.spec, readinessGates: [...(pod.spec.readinessGates ?? []), { conditionType: gateType }] },
  };
}

const inherited = fc.constantFrom('__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString');
const anyName = fc.oneof(fc.string(), inherited);
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(anyName, fc.jsonValue({ maxDepth: 2 })));
const anyGates = fc.oneof(
  fc.constantFrom(undefined, null, [], [{ conditionType: gateType }]),
  fc.array(fc.oneof(anyJson, fc.record({ conditionType: fc.oneof(fc.string(), fc.constant(gateType)) }))),
);
const anySpec = fc
  .tuple(
    fc.dictionary(anyName, anyJson),
    fc.record({ readinessGates: anyGates, containers: anyJson, initContainers: anyJson }),
  )
  .map(([others, known]) => ({ ...others, ...known }));
const anyPod = fc.record({ metadata: anyJson, status: anyJson, spec: anySpec });

describe('the pod that the API server ends up with', () => {
  test('is the pod that was sent, with our gate once, whatever else is in it', async () => {
    let gated = 0;
    await fc.assert(
      fc.asyncProperty(anyPod, fc.string({ minLength: 1 }), async (anything, uid) => {
        const body = reviewOf(anything, { uid });
        const pod = (JSON.parse(body) as { request: { object: Gated } }).request.object;
        const answered = await ask(body);
        expect(answered.status).toBe(200);
        const response = responseIn(answered);
        expect(response).toMatchObject({ uid, allowed: true });
        const operations = operationsIn(response);
        gated += operations.length;
        const had = JSON.stringify(pod.spec.readinessGates ?? []).includes(`{"conditionType":"${gateType}"}`);
        const expected = operations.length === 0 ? pod : withGate(pod);
        // As text: a field called __proto__ is as good as any other.
        expect(JSON.stringify(patched(pod, operations))).toBe(JSON.stringify(expected));
        expect(operations).toHaveLength(had ? 0 : 1);
      }),
      { numRuns: 300 },
    );
    expect(gated).toBeGreaterThan(50);
  }, 60_000);

  test('is left alone where the list of gates is no list', async () => {
    const noList = anyJson.filter((value) => value !== null && !Array.isArray(value));
    await fc.assert(
      fc.asyncProperty(noList, async (readinessGates) => {
        const response = responseIn(await ask(reviewOf({ spec: { readinessGates } })));
        expect(response).toMatchObject({ uid: 'u-1', allowed: true });
        expect(operationsIn(response)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

describe('a body', () => {
  test('that is anything is refused with 400, or answered with its uid', async () => {
    const someReview = fc.record({
      uid: anyJson,
      kind: anyJson,
      resource: anyJson,
      operation: anyJson,
      object: anyJson,
    });
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array(),
      someReview.map((asked) => reviewOf({}, asked)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const answered = await ask(body);
        expect([200, 400]).toContain(answered.status);
        if (answered.status === 400) return;
        const { uid } = (JSON.parse(String(body)) as { request: { uid: unknown } }).request;
        expect(responseIn(answered)).toEqual({ uid, allowed: true });
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test.each<[string, string, number]>([
    ['of 90 000 lists in each other', `${'['.repeat(90_000)}${']'.repeat(90_000)}`, 400],
    ['of 90 000 objects in each other, never closed', '{"a":'.repeat(90_000), 400],
    ['of seven million brackets', '['.repeat(7_000_000), 400],
    [
      'with 90 000 lists in each other as an annotation',
      reviewOf({ metadata: {}, spec: {}, deep: '@' }).replace('"@"', `${'['.repeat(90_000)}${']'.repeat(90_000)}`),
      200,
    ],
    ['with one text of almost 10 MiB', reviewOf({ spec: {}, text: 'x'.repeat(10_485_000) }), 200],
    ['with a million brackets in a text', reviewOf({ spec: {}, text: '[{'.repeat(500_000) }), 200],
    ['with a text of 3 MB in two-byte letters', reviewOf({ spec: {}, text: 'ж'.repeat(1_500_000) }), 200],
    [
      'with 300 000 fields',
      reviewOf({ spec: Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`k${i}`, 1])) }),
      200,
    ],
  ])(
    '%s: %#',
    async (_, body, status) => {
      expect((await ask(body)).status).toBe(status);
      expect((await ask(reviewOf())).status).toBe(200);
    },
    30_000,
  );
});

describe('bytes on a TLS connection', () => {
  const allowed = new Set([100, 200, 400, 404, 405, 413, 415, 417, 431, 505]);
  const whole = Buffer.from(postOf(reviewOf()));
  const change = fc.record({
    at: fc.nat(whole.length),
    cut: fc.nat(40),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string().map((text) => Buffer.from(text)),
    ),
  });
  const changed = fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce(
        (bytes, { at, cut, put }) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]),
        whole,
      ),
    );
  const junk = fc.uint8Array({ maxLength: 2_000 });
  const lines = fc
    .array(fc.string({ unit: 'binary-ascii' }), { maxLength: 20 })
    .map((all) => Buffer.from(all.join('\r\n')));

  test('are answered, refused or dropped, never redirected, and crash nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, changed, junk, lines), async (bytes) => {
        const received = await talk(server.port, bytes);
        expect(statusesIn(received).filter((status) => !allowed.has(status))).toEqual([]);
        expect(received).not.toMatch(/^location:/im);
      }),
      { numRuns: 300 },
    );
    expect((await ask(reviewOf())).status).toBe(200);
  }, 60_000);

  const post = postOf(reviewOf());
  const chunked = (body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const chunkedPost = (body: string) =>
    postOf(body, { 'transfer-encoding': 'chunked' })
      .replace(/content-length: \d+\r\n/, '')
      .replace(body, chunked(body));
  test.each<[string, string, number[]]>([
    ['a request', post, [200]],
    ['a chunked body', chunkedPost(reviewOf()), [200]],
    ['a chunked body that is too large', chunkedPost('x'.repeat(11_000_000)), [413]],
    ['chunked and a length', postOf(reviewOf(), { 'transfer-encoding': 'chunked' }), [400]],
    ['a chunk of no size', chunkedPost(reviewOf()).replace(/\r\n\r\n[0-9a-f]+/, '\r\n\r\nzz'), [400]],
    ['a length that is no number', postOf('{}', { 'content-length': 'many' }), [400]],
    ['a negative length', postOf('{}', { 'content-length': '-1' }), [400]],
    ['two lengths', post.replace('host: hook', 'content-length: 3'), [400]],
    ['a length beyond every number', postOf('{}', { 'content-length': '9'.repeat(30) }), [400]],
    ['a length over the limit, said at once', postOf('', { 'content-length': '11000000' }), [413]],
    ['a body that is longer than it says', postOf(reviewOf(), { 'content-length': '10' }), [400]],
    ['a client that waits for a go-ahead', postOf(reviewOf(), { expect: '100-continue' }), [100, 200]],
    ['a client that expects something unknown', postOf(reviewOf(), { expect: 'a miracle' }), [417]],
    ['no host', post.replace('host: hook\r\n', ''), [400]],
    ['HTTP/1.0', post.replace('HTTP/1.1', 'HTTP/1.0'), [200]],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['an upgrade', postOf(reviewOf(), { connection: 'upgrade', upgrade: 'websocket' }), [200]],
    ['a proxy request', 'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\n\r\n', []],
    ['a request beside another that is none', `${post}nonsense\r\n\r\n`, [400]],
    [
      'a request before one that is refused, and one behind it',
      `${post}${postOf('{}', { 'content-type': 'text/plain' })}${post}`,
      [200, 415],
    ],
  ])('%s: %#', async (_, bytes, statuses) => {
    expect(statusesIn(await talk(server.port, bytes, statuses.length))).toEqual(statuses);
  });

  test.each([
    ['a body', -10],
    ['a head', 60],
  ])('%s that ends early: 400', async (_, end) => {
    expect(statusesIn(await talk(server.port, post.slice(0, end)))).toEqual([400]);
  });

  test.each([
    ['a head of 100 kB', { filler: 'x'.repeat(100_000) }],
    ['5000 headers', Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`h${i}`, '1']))],
  ])('%s: cut off, perhaps before 431 has arrived', async (_, headers) => {
    const received = await talk(server.port, postOf(reviewOf(), headers), 1);
    expect(['', 'HTTP/1.1 431']).toContain(received.slice(0, 12));
  });

  test('that hold fifty requests at once are answered in their order', async () => {
    const uids = Array.from({ length: 50 }, (_, index) => `u-${index}`);
    const posts = uids.map((uid) => postOf(reviewOf(undefined, { uid })));
    const received = await talk(server.port, posts.join(''), posts.length);
    expect(statusesIn(received)).toEqual(uids.map(() => 200));
    expect([...received.matchAll(/"uid":"(u-\d+)"/g)].map(([, uid]) => uid)).toEqual(uids);
  });
});

describe('a target that is not ours', () => {
  const at = (method: string, target: string) =>
    `${method} ${target} HTTP/1.1\r\nhost: hook\r\ncontent-length: 0\r\n\r\n`;

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'HEAD', 'PROPFIND'])('%s: 405', async (method) => {
    const received = await talk(server.port, at(method, podGatePath), 1);
    expect(statusesIn(received)).toEqual([405]);
    expect(received).toMatch(/^allow: POST\r$/im);
  });

  test.each([
    '/',
    '//',
    `/${podGatePath}`,
    `${podGatePath}/`,
    `${podGatePath}/x`,
    '/MUTATE-PODS',
    '/x/../mutate-pods',
    '*',
  ])('POST %s: 404, and no other place is named', async (target) => {
    const received = await talk(server.port, at('POST', target), 1);
    expect(statusesIn(received)).toEqual([404]);
    expect(received).not.toMatch(/^location:/im);
  });

  test('is refused before its body is read', async () => {
    const head = at('POST', '/').replace(
      'content-length: 0',
      'content-type: application/json\r\ncontent-length: 1000000',
    );
    expect(statusesIn(await talk(server.port, head, 1))[0]).toBe(404);
  });

  test('with a path that cannot be decoded: 4xx', async () => {
    expect(statusesIn(await talk(server.port, at('POST', '/%zz'), 1))).toEqual([400]);
  });
});
