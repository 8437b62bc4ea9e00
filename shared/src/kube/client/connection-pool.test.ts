import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { createLogger } from '../../runtime/logger.ts';
import { kubeconfig, startFakeApiServer, type FakeApiServer } from '../../testing/fake-api-server.ts';
import { tlsPairs } from '../../testing/tls-pairs.ts';
import { until } from '../../testing/until.ts';
import { connectKube } from './connect-kube.ts';
import type { KubeApi } from './kube-api.ts';
import { createConnectionPool } from './connection-pool.ts';
import { pods } from './paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const stop = new AbortController();
let server: FakeApiServer;
let api: KubeApi;

beforeEach(async () => {
  server = await startFakeApiServer(tlsPairs.first);
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'tester', log });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const list = () => api.call({ method: 'GET', path: pods(), signal: stop.signal });
const trust = (ca: string) => writeFile(server.kubeconfigPath, kubeconfig({ ...server, ca }));

test('requests share TLS connections', async () => {
  for (let i = 0; i < 20; i++) await list();
  expect(server.connections).toBeLessThanOrEqual(2);
});

test('a changed CA is read again when the server’s certificate is not trusted, and writes survive it', async () => {
  await list();
  server.changeCertificate(tlsPairs.second);
  await trust(tlsPairs.second.cert);
  const body = { metadata: { name: 'one' } };
  await api.call({ method: 'POST', path: pods('a'), body, signal: stop.signal });
  expect(server.store.list({ collection: 'api/v1/pods', namespace: 'a', name: undefined })).toHaveLength(1);
});

test('a server with a foreign certificate gets no request', async () => {
  await trust(tlsPairs.second.cert);
  const other = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'tester', log });
  const limit = new AbortController();
  const call = other.call({ method: 'GET', path: pods(), signal: limit.signal }).catch((error: unknown) => error);
  await until(() => server.connections >= 2);
  limit.abort(new Error('enough'));
  expect(String(await call)).toBe('Error: enough');
  expect(server.requests).toEqual([]);
  await other.close();
});

test('the pool is replaced only when the identity changes', async () => {
  const pool = createConnectionPool(1);
  const credentials = { server: new URL(server.url), headers: {}, tls: { ca: Buffer.from('a') }, proxyUrl: undefined };
  const first = pool.for(credentials);
  expect(pool.for({ ...credentials, headers: { authorization: 'new' }, tls: { ca: Buffer.from('a') } })).toBe(first);
  expect(pool.for({ ...credentials, tls: { ca: Buffer.from('b') } })).not.toBe(first);
  await pool.close();
});

test('the error for an unusable proxy explains it', () => {
  const credentials = { server: new URL(server.url), headers: {}, tls: {}, proxyUrl: 'socks5://127.0.0.1:1' };
  expect(() => createConnectionPool(1).for(credentials)).toThrow(
    'proxy-url socks5://127.0.0.1:1 is not http:// or https://',
  );
});
