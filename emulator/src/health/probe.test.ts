import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HealthCheck } from '../state/model.ts';
import { startBackend } from '../testing/test-emulator.ts';
import { createProbe } from './probe.ts';
import { isGoodCode } from './probes/grpc.ts';
import { isGoodStatus } from './probes/http.ts';
import type { ProbeRequest } from './probes/probe-request.ts';

const tcp = { CheckType: 'TCP' } as HealthCheck;
const ping = { CheckType: 'PING' } as HealthCheck;
const grpc = { CheckType: 'GRPC', HttpCheckPath: '/shop.Health/Check', ExtendedCode: '0,12' } as HealthCheck;
const http = {
  CheckType: 'HTTP',
  HttpCheckMethod: 'GET',
  HttpCheckPath: '/ready',
  HttpCheckDomain: 'shop.example',
  HttpVersion: 'HTTP/1.1',
  HttpCode: 2,
} as HealthCheck;
const custom = (SendContext: string, RecvContext: string, ContextType: 'TEXT' | 'HEX' = 'TEXT') =>
  ({ CheckType: 'CUSTOM', ContextType, SendContext, RecvContext }) as HealthCheck;

const hasPing = spawnSync('ping', ['-c', '1', '-n', '127.0.0.1']).status === 0;
const testWithPing = hasPing ? test : test.skip;

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));
const problems: string[] = [];
const probe = createProbe((problem) => void problems.push(problem));
const send = (port: number, check: HealthCheck, more: Partial<ProbeRequest> = {}) =>
  probe({
    protocol: 'tcp',
    ip: '127.0.0.1',
    port,
    check,
    domain: 'a.b',
    timeoutMs: 5000,
    source: '127.0.0.1',
    ...more,
  });

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
async function backend(status?: number) {
  const started = await startBackend(status);
  closers.push(() => started.server.close());
  return started;
}
/** A server that does this with each connection. */
function speaker(talk: (socket: Socket) => void) {
  const server = createServer((socket) => {
    // Probes end by RST.
    socket.on('error', () => undefined);
    closers.push(() => socket.destroy());
    talk(socket);
  });
  return portOf(server);
}
const mute = () => speaker(() => undefined);
async function closedPort() {
  const { port, server } = await startBackend();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
/** A UDP server; without an answer it says nothing. */
async function datagrams(answer: (text: string) => string | undefined) {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const text = answer(message.toString('latin1'));
    if (text !== undefined) socket.send(Buffer.from(text, 'latin1'), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => socket.close());
  return socket.address().port;
}

describe('TCP and HTTP probes', () => {
  test('TCP: a handshake is enough, a refusal is not', async () => {
    expect(await send(await mute(), tcp)).toBe(true);
    expect(await send(await closedPort(), tcp)).toBe(false);
  });

  test('HTTP: the request has the method, domain and path asked for, and the status must be in the mask', async () => {
    const { port, seen } = await backend(200);
    expect(await send(port, http)).toBe(true);
    expect(seen).toEqual(['GET shop.example/ready']);
    expect(await send((await backend(503)).port, http)).toBe(false);
    expect(await send((await backend(503)).port, { ...http, HttpCode: 31 })).toBe(true);
    expect(await send(port, { ...http, HttpCheckMethod: 'HEAD' })).toBe(true);
    expect(seen.at(-1)).toBe('HEAD shop.example/ready');
    expect(await send(port, { ...http, HttpCheckDomain: null })).toBe(true);
    expect(seen.at(-1)).toBe('GET a.b/ready');
  });

  test('HTTP: the version asked for is the one that is spoken', async () => {
    const lines: string[] = [];
    const port = await speaker((socket) =>
      socket.on(
        'data',
        (data) => (lines.push(data.toString().split('\r\n')[0] ?? ''), socket.end('HTTP/1.0 204 \r\n\r\n')),
      ),
    );
    expect(await send(port, { ...http, HttpVersion: 'HTTP/1.0' })).toBe(true);
    expect(await send(port, http)).toBe(true);
    expect(lines).toEqual(['GET /ready HTTP/1.0', 'GET /ready HTTP/1.1']);
  });

  test('HTTP: silence is a failure when the time is over', async () => {
    expect(await send(await mute(), http, { timeoutMs: 50 })).toBe(false);
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

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const testWithIpv6 = hasIpv6 ? test : test.skip;

testWithIpv6('Every kind of probe reaches a target of IPv6.', async () => {
  const at = { ip: '::1', source: '::1', domain: '[::1]' };
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  expect(await send(port, tcp, at)).toBe(true);
  expect(await send(port, http, at)).toBe(true);
  const datagrams = createSocket('udp6').on('message', (_, from) => datagrams.send('yes', from.port, from.address));
  await new Promise<void>((resolve) => datagrams.bind(0, '::1', resolve));
  closers.push(() => datagrams.close());
  expect(await send(datagrams.address().port, custom('?', 'yes'), { ...at, protocol: 'udp' })).toBe(true);
});

describe('CUSTOM probes', () => {
  test('TCP: what was sent must be answered by what is wanted', async () => {
    const port = await speaker((socket) => socket.on('data', (data) => socket.write(`re:${data.toString()}!`)));
    expect(await send(port, custom('hello', 're:hello'))).toBe(true);
    expect(await send(port, custom('hello', 'hello'))).toBe(false);
    expect(await send(await mute(), custom('hello', 'hello'), { timeoutMs: 50 })).toBe(false);
  });

  test('UDP: as text and as hex digits', async () => {
    const port = await datagrams((text) => (text === '\x01\xfe' ? '\x02' : undefined));
    const udp = { protocol: 'udp' as const };
    expect(await send(port, custom('01 FE', '02', 'HEX'), udp)).toBe(true);
    expect(await send(port, custom('01FE', '03', 'HEX'), udp)).toBe(false);
    expect(await send(port, custom('other', '02', 'HEX'), { ...udp, timeoutMs: 50 })).toBe(false);
  });
});

describe('PING probes', () => {
  test('"port unreachable" is a failure, silence is not', async () => {
    const silent = await datagrams(() => undefined);
    expect(await send(silent, ping, { timeoutMs: 300 })).toBe(true);
    expect(await send(await datagrams(() => 'yes'), ping)).toBe(true);
    expect(await send(await closedPort(), ping, { timeoutMs: 1000 })).toBe(false);
  });

  testWithPing('a host that does not answer the echo is a failure', async () => {
    // No packet leaves the machine with a loopback source.
    expect(await send(9, ping, { ip: '192.0.2.1', timeoutMs: 200 })).toBe(false);
    expect(problems).toEqual([]);
  });
});

describe('gRPC probes', () => {
  async function serve(status: string) {
    const paths: unknown[] = [];
    const server = createHttp2Server();
    server.on('stream', (stream, headers) => {
      paths.push(headers[':path']);
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
      stream.end();
    });
    return { port: await portOf(server), paths };
  }

  test('the status in the trailers must be one of those asked for', async () => {
    const good = await serve('12');
    expect(await send(good.port, grpc)).toBe(true);
    expect(good.paths).toEqual(['/shop.Health/Check']);
    expect(await send((await serve('14')).port, grpc)).toBe(false);
    expect(await send(await closedPort(), grpc)).toBe(false);
  });

  test.each([
    [12, '12', true],
    [25, '20,25', true],
    [7, '0-99', true],
    [7, '8-99,1', false],
  ])('status %i with the codes %s is good: %s', (code, wanted, good) => {
    expect(isGoodCode(code, wanted)).toBe(good);
  });
});
