import { Agent } from 'node:https';
import { connect as connectHttp2, constants } from 'node:http2';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { eventually } from '../testing/test-emulator.ts';
import { makeRule } from '../testing/test-listeners.ts';
import { createMadeCertificates } from './made-certificates.ts';
import { makeClient, makeEcCertificate } from './testing/certificates.ts';
import { startHttpTarget } from './testing/targets.ts';
import { converse, useTestProxy, vip, withCertificate } from './testing/test-proxy.ts';

const { at, apply, listen, own, ask } = useTestProxy();
const start = (name: string) => own(startHttpTarget(name));
const made = createMadeCertificates();

/** What a client that names this host meets. */
function shake(host: string, ALPNProtocols = ['h2', 'http/1.1']): Promise<{ names: string; protocol: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: vip, port: at.port, servername: host, rejectUnauthorized: false, ALPNProtocols };
    const socket: TLSSocket = connectTls(options, () => {
      const names = socket.getPeerCertificate().subjectaltname ?? '';
      resolve({ names, protocol: String(socket.alpnProtocol) });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
const namesFor = async (host: string) => (await shake(host)).names;

async function give(...names: string[]): Promise<void> {
  for (const name of names) {
    const { cert, key } = await made.leafFor(`${name}.of`);
    at.store.certificates.set(`cert-${name}`, { name, certificate: cert, privateKey: key });
  }
}

test('the listener shows its certificate; with SNI that of the domain, for others that of the default', async () => {
  await give('listener', 'a', 'b');
  const rules = [
    makeRule('a.example', withCertificate('cert-a')),
    makeRule('*.b.example', { defaultServer: true, ...withCertificate('cert-b') }),
  ];
  const listener = await listen('HTTPS', rules, withCertificate('cert-listener'));
  expect(await namesFor('a.example')).toBe('DNS:listener.of');
  at.store.changeListener(at.loadBalancer, listener, { sniSwitch: 1 });
  await apply();
  const hosts = ['a.example', 'www.b.example', 'unknown.example', ''];
  expect(await Promise.all(hosts.map(namesFor))).toEqual(['DNS:a.of', 'DNS:b.of', 'DNS:b.of', 'DNS:b.of']);
}, 30_000);

test.each([0, 1] as const)(
  'of several certificates the client gets the one that it can use, SNI %i',
  async (sniSwitch) => {
    await give('rsa');
    const curve = makeEcCertificate();
    at.store.certificates.set('cert-ec', { name: 'ec', certificate: curve.cert, privateKey: curve.key });
    const both = withCertificate('cert-rsa', { certIds: ['cert-rsa', 'cert-ec'] });
    await listen('HTTPS', [makeRule('a.example', both)], { ...both, sniSwitch });
    const kindFor = (wish: { sigalgs: string } | { ciphers: string; maxVersion: 'TLSv1.2' }) =>
      new Promise<string | undefined>((resolve, reject) => {
        const to = { host: vip, port: at.port, servername: 'a.example', rejectUnauthorized: false };
        const socket = connectTls({ ...to, ...wish }, () => {
          resolve(socket.getPeerX509Certificate()?.publicKey.asymmetricKeyType);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    expect([await kindFor({ sigalgs: 'ECDSA+SHA256' }), await kindFor({ sigalgs: 'RSA-PSS+SHA256' })]).toEqual([
      'ec',
      'rsa',
    ]);
    const byCipher = ['ECDSA', 'RSA'].map((kind) => `ECDHE-${kind}-AES128-GCM-SHA256`);
    const kinds = byCipher.map(async (ciphers) => kindFor({ ciphers, maxVersion: 'TLSv1.2' }));
    expect(await Promise.all(kinds)).toEqual(['ec', 'rsa']);
  },
  30_000,
);

test('a certificate that was not given is made for the name asked for; targets get plain HTTP', async () => {
  const { target, requests } = await start('one');
  await listen('HTTPS', [makeRule('a.example', { targets: [target] })], withCertificate('unknown'));
  expect(await namesFor('a.example')).toBe('DNS:a.example');
  expect((await ask('a.example', '/x', { tls: true })).body).toBe('one GET /x ');
  expect(requests[0]?.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-client-proto': 'https' });
}, 30_000);

test('HTTP/2 is spoken for domains that have it', async () => {
  const { target, requests } = await start('one');
  const rules = [makeRule('a.example', { targets: [target], http2: true }), makeRule('b.example')];
  await listen('HTTPS', rules, withCertificate('unknown'));
  expect([(await shake('a.example')).protocol, (await shake('b.example')).protocol]).toEqual(['h2', 'http/1.1']);
  const session = connectHttp2(`https://${vip}:${at.port}`, { rejectUnauthorized: false, servername: 'a.example' });
  const post = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const call = session.request({ ':method': 'POST', ':path': path, ':authority': 'a.example' });
      let body = '';
      call.on('data', (part: Buffer) => (body += part.toString()));
      call.on('end', () => resolve(body)).on('error', reject);
      call.end('apples');
    });
  expect(await Promise.all(['/x', '/y'].map(post))).toEqual(['one POST /x apples', 'one POST /y apples']);
  expect(requests[0]?.headers).toMatchObject({ host: 'a.example', 'x-client-proto-ver': 'HTTP/2.0' });
  session.destroy();
  expect((await ask('a.example', '/y', { tls: true })).body).toBe('one GET /y ');
}, 30_000);

test('of an answer that its target cuts, a client of HTTP/2 sees an error, and its connection goes on', async () => {
  const { target } = await start('one');
  await listen('HTTPS', [makeRule('a.example', { targets: [target], http2: true })], withCertificate('unknown'));
  const session = connectHttp2(`https://${vip}:${at.port}`, { rejectUnauthorized: false, servername: 'a.example' });
  const endOf = async (path: string) => {
    const call = session
      .request({ ':path': path, ':authority': 'a.example' })
      .resume()
      .on('error', () => undefined);
    await new Promise<void>((resolve) => call.once('close', () => resolve()));
    return call.rstCode;
  };
  const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;
  expect([await endOf('/half'), await endOf('/')]).toEqual([NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR]);
  session.destroy();
}, 30_000);

test('WebSockets come by TLS too, to a domain with HTTP/2 over a connection of their own', async () => {
  const { target, requests } = await start('one');
  await listen('HTTPS', [makeRule('a.example', { targets: [target], http2: true })], withCertificate('unknown'));
  const by = { host: vip, port: at.port, servername: 'a.example', rejectUnauthorized: false };
  const through = converse(connectTls({ ...by, ALPNProtocols: ['http/1.1'] }));
  through.say('GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  await eventually(() => Promise.resolve(through.heard().includes('101 Switching Protocols')));
  through.say('hello');
  await eventually(() => Promise.resolve(through.heard().endsWith('one hello')));
  expect(requests[0]).toMatchObject({ url: '/chat', headers: { 'x-forwarded-proto': 'https' } });
  through.socket.destroy();
}, 30_000);

test('a change of certificate, HTTP/2 or mutual TLS leaves connections alone that are there', async () => {
  await give('old', 'new');
  const { target } = await start('one');
  const rule = makeRule('a.example', { targets: [target] });
  const listener = await listen('HTTPS', [rule], withCertificate('cert-old'));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask('a.example', '/', { tls: true, agent });
  const [socket] = Object.values(agent.freeSockets).flat();
  at.store.changeRule({ loadBalancer: at.loadBalancer, listener, rule }, { http2: true });
  const mutual = { sslMode: 'MUTUAL', caId: 'ca', verifyClient: 'OPTIONAL' } as const;
  at.store.changeListener(at.loadBalancer, listener, withCertificate('cert-new', mutual));
  await apply();
  expect(await shake('a.example')).toEqual({ names: 'DNS:new.of', protocol: 'h2' });
  expect((await ask('a.example', '/', { tls: true, agent })).status).toBe(200);
  expect(Object.values(agent.freeSockets).flat()).toEqual([socket]);
  agent.destroy();
}, 30_000);

test('with MUTUAL only clients with a certificate of the CA come in', async () => {
  const { target } = await start('one');
  const [{ ca, client }, { client: stranger }] = [await makeClient(), await makeClient()];
  at.store.certificates.set('ca', { name: 'ca', certificate: ca, privateKey: undefined });
  const mutual = { sslMode: 'MUTUAL', caId: 'ca' } as const;
  const optional = { ...mutual, verifyClient: 'OPTIONAL' } as const;
  const rules = [
    makeRule('on.example', { targets: [target], ...withCertificate('unknown', mutual) }),
    makeRule('optional.example', { targets: [target], ...withCertificate('unknown', optional) }),
    makeRule('open.example', { targets: [target], ...withCertificate('unknown') }),
  ];
  await listen('HTTPS', rules, { sniSwitch: 1 });
  const statuses = async (host: string) => {
    const all = [];
    for (const shown of [{}, client, stranger]) all.push((await ask(host, '/', { tls: true, ...shown })).status);
    return all;
  };
  expect(await statuses('on.example')).toEqual([400, 200, 400]);
  expect(await statuses('optional.example')).toEqual([200, 200, 400]);
  expect(await statuses('open.example')).toEqual([200, 200, 200]);
}, 30_000);

test('clients that reset their connection before or within their hello harm nobody', async () => {
  await give('listener');
  await listen('HTTPS', [makeRule('a.example')], withCertificate('cert-listener'));
  for (const part of [[], [22, 3, 1, 1, 0, 1]]) {
    const client = connectTcp(at.port, vip);
    await once(client, 'connect');
    if (part.length > 0) await new Promise<void>((sent) => client.write(Buffer.from(part), () => sent()));
    client.resetAndDestroy();
  }
  expect(await namesFor('a.example')).toBe('DNS:listener.of');
}, 30_000);
