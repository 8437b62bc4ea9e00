import { once } from 'node:events';
import { createServer, connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from '@jest/globals';
import { serverNameIn } from './client-hello.ts';

/** What a client of Node says first. */
async function helloOf(servername?: string): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connectTcp(port, '127.0.0.1');
  const client = connectTls({ socket, ...(servername === undefined ? {} : { servername }) });
  client.on('error', () => undefined);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  let hello = Buffer.alloc(0);
  while (serverNameIn(hello) === undefined) {
    const [chunk] = (await once(accepted, 'data')) as [Buffer];
    hello = Buffer.concat([hello, chunk]);
  }
  client.destroy();
  accepted.destroy();
  server.close();
  return hello;
}

test.each(['a.example', '', 'x'.repeat(60)])('the name that a client asks for is read: "%s"', async (name) => {
  expect(serverNameIn(await helloOf(name === '' ? undefined : name))).toBe(name);
});

test('a hello is waited for until it is whole, and what is none has no name', async () => {
  const hello = await helloOf('a.example');
  for (const length of [0, 1, 5, 6, hello.length - 1]) expect(serverNameIn(hello.subarray(0, length))).toBeUndefined();
  expect(serverNameIn(Buffer.from('GET / HTTP/1.1'))).toBe('');
  expect(serverNameIn(Buffer.from([22, 3, 1, 0, 1, 2]))).toBe('');
  expect(serverNameIn(Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0]))).toBe('');
});

const recordOf = (part: Buffer) => {
  const head = Buffer.from([22, 3, 1, 0, 0]);
  head.writeUInt16BE(part.length, 3);
  return Buffer.concat([head, part]);
};

test.each([1, 40, 100])('a hello in two records, cut after %i bytes, has its name', async (cut) => {
  const message = (await helloOf('a.example')).subarray(5);
  const [first, second] = [recordOf(message.subarray(0, cut)), recordOf(message.subarray(cut))];
  expect(serverNameIn(first)).toBeUndefined();
  expect(serverNameIn(Buffer.concat([first, second]))).toBe('a.example');
});

test('a hello that never ends is waited for no longer', () => {
  const promise = Buffer.alloc(16_000);
  promise.set([1, 255, 255, 255]);
  const records = Array.from({ length: 5 }, (_, index) => recordOf(index === 0 ? promise : Buffer.alloc(16_000)));
  expect(serverNameIn(Buffer.concat(records))).toBe('');
});
