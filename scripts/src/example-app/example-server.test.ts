import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { startExampleServer, type ExampleServer } from './example-server.ts';

const started: ExampleServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(stopDelayMs = 0): Promise<ExampleServer & { url: string }> {
  const server = await startExampleServer({ pod: 'pod-1', port: 0, startDelayMs: 0, stopDelayMs });
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}

test('It says which pod answered, whom it saw and what was asked.', async () => {
  const server = await start();
  started.push(server);

  const response = await fetch(`${server.url}/some/path`);

  expect(await response.json()).toEqual({
    pod: 'pod-1',
    client: '127.0.0.1',
    path: '/some/path',
    startedAt: expect.stringMatching(/^\d{4}-/),
  });
});

test('HEAD is answered without a body, as health checks ask.', async () => {
  const server = await start();
  started.push(server);

  const response = await fetch(server.url, { method: 'HEAD' });

  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

test('After SIGTERM it serves for a moment and asks clients to reconnect, then it ends.', async () => {
  const server = await start(2_000);
  const stopped = server.stop();

  const late = await fetch(server.url);
  expect(late.status).toBe(200);
  expect(late.headers.get('connection')).toBe('close');

  await stopped;
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
});

test('When it accepts no more, it still answers on a kept connection, and asks to close it.', async () => {
  const server = await start(0);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async () => {
    const [response] = (await once(get(server.url, { agent }), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    return response.headers.connection;
  };
  expect(await ask()).toBe('keep-alive');

  const stopped = server.stop();
  await sleep(100);
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  expect(await ask()).toBe('close');
  await stopped;
});
