import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { expect, test } from '@jest/globals';
import { eventually } from '../testing/test-emulator.ts';
import { makeClient } from './testing/certificates.ts';
import { startEcho } from './testing/targets.ts';
import { converse, openTo, useTestProxy, vip, withCertificate } from './testing/test-proxy.ts';

const { at, apply, listen, own } = useTestProxy();
const start = (name = '', weight?: number) => own(startEcho(name, weight));

/** A connection through TLS that collects what it receives. */
function open(options: ConnectionOptions = {}) {
  const all = { host: vip, port: at.port, servername: 'a.example', rejectUnauthorized: false, ...options };
  return converse(connectTls(all));
}
async function echoOf(text: string, through = open()): Promise<string> {
  const before = through.heard();
  through.say(text);
  await eventually(() => Promise.resolve(through.heard().slice(before.length).endsWith(text)));
  return through.heard().slice(before.length);
}

test('bytes go through in the clear; they go on at weight 0, and deregistering ends the connection', async () => {
  const { target, received } = await start();
  const listener = await listen('TCP_SSL', [], { targets: [target], ...withCertificate('unknown') });
  const place = { loadBalancer: at.loadBalancer, listener, target };
  const through = open();
  expect(await echoOf('hello', through)).toBe('hello');
  expect(Buffer.concat(received).toString()).toBe('hello');
  at.store.setWeight(place, 0);
  await apply();
  expect(await echoOf('again', through)).toBe('again');
  at.store.unbind(place);
  await apply();
  await through.ended;
}, 30_000);

test('connections come in turn by weight, or stay where they were for the session time', async () => {
  const all = [await start('a', 20), await start('b', 10)];
  const targets = all.map(({ target }) => target);
  const listener = await listen('TCP_SSL', [], { targets, ...withCertificate('unknown') });
  const names = async () => {
    const answers = [];
    for (let count = 0; count < 6; count++) answers.push((await echoOf('!')).slice(0, 1));
    return answers.toSorted().join('');
  };
  expect(await names()).toBe('aaaabb');
  at.store.changeListener(at.loadBalancer, listener, { sessionExpireTime: 30 });
  await apply();
  expect(['aaaaaa', 'bbbbbb']).toContain(await names());
}, 30_000);

test('without a certificate, as SslCloseSwitch leaves it, there is no TLS', async () => {
  const { target } = await start();
  await listen('TCP_SSL', [], { targets: [target] });
  expect(await echoOf('hello', openTo(at.port))).toBe('hello');
}, 30_000);

test('without targets a connection ends', async () => {
  await listen('TCP_SSL', [], withCertificate('unknown'));
  await open().ended;
}, 30_000);

test('with ProxyProtocol the target reads who the client is', async () => {
  const { target, received } = await start();
  await listen('TCP_SSL', [], { targets: [target], proxyProtocol: true, ...withCertificate('unknown') });
  const { socket, say } = open();
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const { localPort = 0 } = socket;
  say('!');
  await eventually(() => Promise.resolve(Buffer.concat(received).at(-1) === '!'.charCodeAt(0)));
  const header = Buffer.concat(received).subarray(0, 28);
  expect(header.toString('hex', 0, 16)).toBe('0d0a0d0a000d0a515549540a2111000c');
  expect([...header.subarray(16, 24)]).toEqual([127, 0, 0, 1, 127, 0, 0, 9]);
  expect([header.readUInt16BE(24), header.readUInt16BE(26)]).toEqual([localPort, at.port]);
  socket.destroy();
}, 30_000);

test('with MUTUAL a client without a certificate of the CA is cut', async () => {
  const { target } = await start();
  const { ca, client } = await makeClient();
  at.store.certificates.set('ca', { name: 'ca', certificate: ca, privateKey: undefined });
  const mutual = withCertificate('unknown', { sslMode: 'MUTUAL', caId: 'ca' });
  await listen('TCP_SSL', [], { targets: [target], ...mutual });
  await open().ended;
  expect(await echoOf('hello', open(client))).toBe('hello');
}, 30_000);
