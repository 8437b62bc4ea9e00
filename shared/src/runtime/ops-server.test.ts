import { afterEach, expect, test } from '@jest/globals';
import { Gauge, Registry } from 'prom-client';
import { startOpsServer, type OpsServer, type OpsServerOptions } from './ops-server.ts';

const started: OpsServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (server) => server.close()));
});

async function start(options: Partial<OpsServerOptions> = {}): Promise<string> {
  const server = await startOpsServer({
    host: '127.0.0.1',
    port: 0,
    registry: new Registry(),
    live: () => [],
    ready: () => [],
    signal: new AbortController().signal,
    ...options,
  });
  started.push(server);
  return `http://127.0.0.1:${server.port}`;
}

test('A healthy program is live and ready.', async () => {
  const url = await start();
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/readyz?verbose`)).status).toBe(200);
});

test('Problems are in the body.', async () => {
  const url = await start({ ready: async () => Promise.resolve(['no certificate', 'not registered']) });
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.text()).toBe('no certificate\nnot registered\n');
});

test('A stopping program is not ready but lives.', async () => {
  const url = await start({ signal: AbortSignal.abort() });
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});

test('A probe that throws is a problem of its own and harms nothing else.', async () => {
  const url = await start({
    live: () => {
      throw new Error('boom');
    },
  });
  const response = await fetch(`${url}/livez`);
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('boom');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('Metrics are served in the text format, other paths and methods are refused.', async () => {
  const registry = new Registry();
  new Gauge({ name: 'answer', help: 'The answer.', registers: [registry] }).set(42);
  const url = await start({ registry });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('answer 42');
  expect(await (await fetch(`${url}/metrics`, { method: 'HEAD' })).text()).toBe('');
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/livez`, { method: 'POST' })).status).toBe(405);
});

test('A port that is taken is an error at once.', async () => {
  const { port } = new URL(await start());
  await expect(start({ port: Number(port) })).rejects.toThrow(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
});
