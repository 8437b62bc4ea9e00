import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { Registry } from 'prom-client';
import { createLogger } from '../../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer, type FakeRequest } from '../../testing/fake-api-server.ts';
import { until } from '../../testing/until.ts';
import { connectKube, type KubeConnection } from './connect-kube.ts';
import { isAlreadyExists, isConflict, isGone, isNotFound, patchType, type KubeCall } from './kube-api.ts';
import { configMap, configMaps, pod, pods } from './paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
let stop: AbortController;
let server: FakeApiServer;
let api: KubeConnection;
let registry: Registry;

beforeEach(async () => {
  stop = new AbortController();
  registry = new Registry();
  server = await startFakeApiServer();
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'tester/1', log, registry });
});
afterEach(async () => {
  stop.abort();
  await api.close();
  await server.close();
});

const get = (path: string, more: Partial<KubeCall> = {}) =>
  api.call({ method: 'GET', path, signal: stop.signal, ...more });
const post = (more: Partial<KubeCall> = {}) =>
  api.call({
    method: 'POST',
    path: configMaps('a'),
    body: { metadata: { name: 'one' } },
    signal: stop.signal,
    ...more,
  });
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const isMethod = (method: string) => (request: FakeRequest) => request.method === method;

describe('requests', () => {
  test('carry the token, our name and the query, and the answer is parsed', async () => {
    server.create(pods('a'), { metadata: { name: 'one' } });
    const list = await get(pods(), { query: { limit: 1, labelSelector: 'a in (b,c)', continue: undefined } });
    expect(list).toMatchObject({ kind: 'List', items: [{ metadata: { name: 'one', namespace: 'a' } }] });
    const [seen] = server.requests;
    expect(seen?.headers).toMatchObject({ authorization: 'Bearer token-1', 'user-agent': 'tester/1' });
    expect(seen?.query.toString()).toBe('limit=1&labelSelector=a+in+%28b%2Cc%29');
  });

  test('share connections', async () => {
    for (let i = 0; i < 30; i++) await get(pods());
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test('do not wait for watches, however many hold a connection', async () => {
    const watches = Array.from({ length: 300 }, () => api.watch({ path: pods(), signal: stop.signal }));
    const open = watches.map(async (one) =>
      one[Symbol.asyncIterator]()
        .next()
        .catch(() => undefined),
    );
    await until(() => server.watches.size === watches.length);
    expect(await get(pods(), { timeoutMs: 2_000 })).toMatchObject({ kind: 'List' });
    stop.abort();
    await Promise.all(open);
  });

  test('give the time of the API server, refused ones too', async () => {
    expect(api.clock.offsetMs()).toBeUndefined();
    await failureOf(get(pod('a', 'none')));
    expect(Math.abs(api.clock.offsetMs() ?? Infinity)).toBeLessThan(1_500);
  });

  test('are counted', async () => {
    await get(pods());
    await failureOf(get(pod('a', 'none')));
    const text = await registry.metrics();
    expect(text).toContain('kube_requests_total{method="GET",code="2xx"} 1');
    expect(text).toContain('kube_requests_total{method="GET",code="404"} 1');
  });

  test('fail with what the API server said', async () => {
    const missing = await failureOf(get(pod('a', 'none')));
    expect(missing).toMatchObject({ status: 404, reason: 'NotFound' });
    expect(isNotFound(missing)).toBe(true);
    expect(String(missing)).toContain('GET /api/v1/namespaces/a/pods/none: 404');
    await post();
    const again = await failureOf(post());
    expect([isAlreadyExists(again), isConflict(again)]).toEqual([true, false]);
    const outdated = { method: 'PATCH', path: configMap('a', 'one'), contentType: patchType.merge } as const;
    const conflict = await failureOf(post({ ...outdated, body: { metadata: { resourceVersion: '1' } } }));
    expect([isAlreadyExists(conflict), isConflict(conflict)]).toEqual([false, true]);
    expect(server.requests.at(-1)?.headers['content-type']).toBe('application/merge-patch+json');
  });

  test('fail clearly when something in between answers in HTML', async () => {
    server.fail({ answer: { status: 403, body: '<html>proxy</html>' } });
    expect(await failureOf(get(pods()))).toMatchObject({
      status: 403,
      reason: 'Status403',
      message: expect.stringContaining('proxy'),
    });
    server.fail({ answer: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"cut' } });
    expect(await failureOf(get(pods()))).toMatchObject({ status: 0, reason: 'BadAnswer' });
  });
});

describe('tries', () => {
  test('a read survives a reset, a server error and a hanging connection', async () => {
    server.fail({ answer: 'reset' });
    server.fail({ answer: { status: 500 } });
    server.fail({ answer: 'never' });
    expect(await get(pods(), { timeoutMs: 100 })).toMatchObject({ kind: 'List' });
    expect(server.requests).toHaveLength(4);
  });

  test('a write that may have had its effect is sent once', async () => {
    server.fail({ answer: 'reset', afterEffect: true });
    expect(await failureOf(post())).toMatchObject({ status: 0, reason: 'NetworkError' });
    server.fail({ answer: 'never' });
    expect(await failureOf(post({ timeoutMs: 50 }))).toMatchObject({ status: 0, reason: 'Timeout' });
    expect(server.requests).toHaveLength(2);
  });

  test('a write that the server put off is sent again, not before Retry-After', async () => {
    server.fail({ answer: { status: 429, headers: { 'retry-after': '1' } } });
    const startedAt = performance.now();
    expect(await post()).toMatchObject({ metadata: { name: 'one' } });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  test('a refused connection is reported as such', async () => {
    await server.close();
    const failure = failureOf(post());
    await until(async () => (await registry.metrics()).includes('code="ConnectionRefused"'));
    stop.abort();
    expect(await failure).toBe(stop.signal.reason);
    server = await startFakeApiServer();
  });
});

describe('an abort', () => {
  test('ends a request that hangs, a pause and a call not yet started, with the signal’s reason', async () => {
    const reason = new Error('enough');
    server.fail({ answer: 'never' });
    server.fail({ answer: { status: 429, headers: { 'retry-after': '30' } } });
    const calls = [failureOf(get(pods())), failureOf(post())];
    await until(() => server.requests.length === 2);
    stop.abort(reason);
    expect(await Promise.all(calls)).toEqual([reason, reason]);
    expect(await failureOf(get(pods()))).toBe(reason);
    expect(server.requests).toHaveLength(2);
  });
});

describe('credentials', () => {
  test('a refused token is read again and the call succeeds', async () => {
    await get(pods());
    await writeFile(server.tokenPath, 'token-2\n');
    server.fail({
      matches: ({ headers }) => headers.authorization === 'Bearer token-1',
      times: 9,
      answer: { status: 401 },
    });
    await post();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('a token that cannot be read leaves the last one in use', async () => {
    await rm(server.tokenPath);
    server.fail({ answer: { status: 401 } });
    await get(pods());
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1']);
  });

  test('a kubeconfig that is missing or names nothing is reported at once', async () => {
    const connect = (kubeconfigPath: string) => failureOf(connectKube({ kubeconfigPath, userAgent: 'x', log }));
    expect(String(await connect('/nowhere/kubeconfig'))).toContain('/nowhere/kubeconfig');
    await writeFile(server.kubeconfigPath, '{}');
    expect(String(await connect(server.kubeconfigPath))).toContain('current-context');
  });

  test('a context may be chosen, and the error for an unknown one lists those that exist', async () => {
    const { kubeconfigPath } = server;
    const config = JSON.parse(await readFile(kubeconfigPath, 'utf8')) as Record<string, unknown>;
    await writeFile(kubeconfigPath, JSON.stringify({ ...config, 'current-context': 'elsewhere' }));
    const connect = (context: string) => connectKube({ kubeconfigPath, context, userAgent: 'x', log });
    expect(String(await failureOf(connect('staging')))).toContain('no context "staging"; it has fake');
    const chosen = await connect('fake');
    await chosen.call({ method: 'GET', path: pods('a'), signal: stop.signal });
    await chosen.close();
    expect(server.requests).toHaveLength(1);
  });
});

describe('a watch', () => {
  const watch = (more: { idleMs?: number; query?: Record<string, string | number>; signal?: AbortSignal } = {}) =>
    api.watch({ path: pods('a'), signal: stop.signal, ...more })[Symbol.asyncIterator]();

  test('gives events and bookmarks, and ends when the server ends it', async () => {
    const events = watch({ query: { resourceVersion: '1', timeoutSeconds: 60 } });
    server.create(pods('a'), { metadata: { name: 'öne' } });
    server.create(pods('b'), { metadata: { name: 'elsewhere' } });
    expect((await events.next()).value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'öne' } } });
    server.watches.bookmark();
    expect((await events.next()).value).toEqual({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '3' } } });
    server.watches.end();
    expect(await events.next()).toMatchObject({ done: true });
    expect(server.requests[0]?.query.toString()).toBe(
      'resourceVersion=1&timeoutSeconds=60&watch=true&allowWatchBookmarks=true',
    );
  });

  test('says Gone in the middle, as an event and as an answer', async () => {
    const events = watch();
    const middle = failureOf(events.next());
    await until(() => server.watches.size === 1);
    server.watches.expire();
    expect(isGone(await middle)).toBe(true);
    server.fail({ answer: { status: 410 } });
    expect(isGone(await failureOf(watch().next()))).toBe(true);
  });

  test('is given up when the connection is half-open', async () => {
    server.watches.isSilent = true;
    const events = watch({ idleMs: 60 });
    expect(await failureOf(events.next())).toMatchObject({ status: 0, reason: 'WatchSilent' });
    await until(() => server.watches.size === 0);
  });

  test('is given up when not even headers come', async () => {
    server.fail({ answer: 'never' });
    expect(await failureOf(watch({ idleMs: 60 }).next())).toMatchObject({ status: 0, reason: 'WatchSilent' });
  });

  test('a broken connection is a failure', async () => {
    const next = failureOf(watch().next());
    await until(() => server.watches.size === 1);
    server.watches.cut();
    expect(await next).toMatchObject({ status: 0, reason: 'NetworkError' });
  });

  test('closes its connection when the reader leaves and when the signal aborts', async () => {
    server.create(pods('a'), { metadata: { name: 'one' } });
    for await (const event of api.watch({ path: pods(), signal: stop.signal, query: { resourceVersion: 1 } })) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await until(() => server.watches.size === 0);
    const next = failureOf(watch({ query: { resourceVersion: 2 } }).next());
    await until(() => server.watches.size === 1);
    stop.abort(new Error('enough'));
    expect(String(await next)).toBe('Error: enough');
    await until(() => server.watches.size === 0);
  });

  test('a refused token is read again for the next one', async () => {
    await writeFile(server.tokenPath, 'token-2');
    server.fail({ answer: { status: 401 } });
    expect(await failureOf(watch().next())).toMatchObject({ status: 401 });
    const next = failureOf(watch().next());
    await until(() => server.watches.size === 1);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer token-2');
    server.watches.end();
    await next;
  });
});

test('close cuts what is still open', async () => {
  server.fail({ answer: 'never', matches: isMethod('POST') });
  const call = failureOf(post());
  await until(() => server.requests.length === 1);
  await api.close();
  expect(await call).toMatchObject({ status: 0 });
});
