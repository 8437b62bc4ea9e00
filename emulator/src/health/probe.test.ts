import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HealthCheck } from '../state/model.ts';
import { startBackend } from '../test-emulator.ts';
import { isGoodStatus, sendProbe } from './probe.ts';

const tcp = { CheckType: 'TCP' } as HealthCheck;
const ping = { CheckType: 'PING' } as HealthCheck;
const http = {
  CheckType: 'HTTP',
  HttpCheckMethod: 'GET',
  HttpCheckPath: '/ready',
  HttpCheckDomain: 'shop.example',
  HttpCode: 2,
} as HealthCheck;

describe('probes', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => close()));
  const send = (port: number, check: HealthCheck, timeoutMs = 5000) =>
    sendProbe({ ip: '127.0.0.1', port, check, timeoutMs, source: '127.0.0.1' });

  async function backend(status?: number) {
    const started = await startBackend(status);
    closers.push(() => started.server.close());
    return started;
  }
  /** A server that takes connections and says nothing. */
  async function mute() {
    const server = createServer((socket) => {
      // Probes end by RST.
      socket.on('error', () => undefined);
      closers.push(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }
  async function nobody() {
    const { port, server } = await startBackend();
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test('TCP: a handshake is enough, a refusal is not', async () => {
    expect(await send(await mute(), tcp)).toBe(true);
    expect(await send(await nobody(), tcp)).toBe(false);
  });

  test('HTTP: the request has the method, domain and path asked for, and the status must be in the mask', async () => {
    const { port, seen } = await backend(200);
    expect(await send(port, http)).toBe(true);
    expect(seen).toEqual(['GET shop.example/ready']);
    expect(await send((await backend(503)).port, http)).toBe(false);
    expect(await send((await backend(503)).port, { ...http, HttpCode: 31 })).toBe(true);
    expect(await send(port, { ...http, HttpCheckMethod: 'HEAD' })).toBe(true);
    expect(seen.at(-1)).toBe('HEAD shop.example/ready');
  });

  test('HTTP: silence is a failure when the time is over', async () => {
    expect(await send(await mute(), http, 50)).toBe(false);
  });

  test('PING: a host that refuses the port is there, one that cannot be reached is not', async () => {
    expect(await send(await nobody(), ping)).toBe(true);
    // No packet leaves the machine with a loopback source.
    const unreachable = { ip: '192.0.2.1', port: 80, check: ping, timeoutMs: 5000, source: '127.0.0.1' };
    expect(await sendProbe(unreachable)).toBe(false);
  });

  test.each([
    [200, 2, true],
    [301, 2, false],
    [301, 6, true],
    [404, 31, true],
    [500, 15, false],
  ])('status %i with the mask %i is good: %s', (status, mask, good) => {
    expect(isGoodStatus(status, mask)).toBe(good);
  });
});
