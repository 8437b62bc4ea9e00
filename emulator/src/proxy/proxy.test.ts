import { createServer, request as send, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { request as sendTls } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CertificateUse, Listener, Rule, Target } from '../state/model.ts';
import { createStore, type Store } from '../state/store.ts';
import { eventually } from '../test-emulator.ts';
import { makeListener, makeLoadBalancer, makeRule, makeTarget } from '../test-listeners.ts';
import { planProxy } from './config.ts';
import { createMadeCertificates } from './made-certificates.ts';
import { createProxy, type Proxy } from './proxy.ts';
import { defaultProxySettings } from './upstream.ts';

const vip = '127.0.0.9';
const withCertificate = (id: string, more: Partial<CertificateUse> = {}): { certificate: CertificateUse } => ({
  certificate: { sslMode: 'UNIDIRECTIONAL', certIds: [id], caId: null, verifyClient: 'ON', ...more },
});

let store: Store;
let proxy: Proxy;
const loadBalancer = makeLoadBalancer(vip);
const closers: (() => void)[] = [];
let port: number;

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, vip, resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

beforeEach(async () => {
  store = createStore();
  loadBalancer.listeners.length = 0;
  store.putLoadBalancer(loadBalancer);
  proxy = createProxy({ ...defaultProxySettings, connectTimeoutMs: 2000, answerTimeoutMs: 500 });
  port = await freePort();
});
afterEach(async () => {
  await proxy.close();
  closers.splice(0).forEach((close) => close());
});

const apply = async () => expect(await proxy.apply(planProxy(store))).toEqual([]);

/** A target that answers with its name and what it was sent. */
async function startTarget(name: string, weight = 10) {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    requests.push(request);
    if (request.url === '/slow') return;
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => response.end(`${name} ${request.method ?? ''} ${request.url ?? ''} ${body}`));
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request, socket) => {
    requests.push(request);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', (data: Buffer) => socket.write(`${name} ${data.toString()}`)).on('error', () => socket.destroy());
  });
  const target = await listenAsTarget(server, weight);
  return { target, requests, sockets, server };
}
async function listenAsTarget(server: Server, weight = 10): Promise<Target> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return makeTarget('127.0.0.1', (server.address() as AddressInfo).port, weight);
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}
function ask(
  host: string,
  path = '/',
  options: Omit<RequestOptions, 'headers'> & { headers?: Record<string, string>; body?: string; tls?: boolean } = {},
): Promise<Answer> {
  const { body, tls, headers, ...rest } = options;
  const all = { host: vip, port, path, agent: false, headers: { host, ...headers }, ...rest } as const;
  return new Promise((resolve, reject) => {
    const call = tls ? sendTls({ ...all, servername: host, rejectUnauthorized: false }) : send(all);
    call.on('error', reject).on('response', (response: IncomingMessage) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString())).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    call.end(body);
  });
}
const nameIn = ({ body }: Answer) => body.split(' ')[0];

async function listenHttp(rules: Rule[], more: Partial<Listener> = {}): Promise<Listener> {
  const listener = makeListener({ protocol: 'HTTP', port, rules, ...more });
  store.addListener(loadBalancer, listener);
  await apply();
  return listener;
}

describe('HTTP listeners', () => {
  test('a request goes to the rule of its domain and longest URL, with its method and body', async () => {
    const [shop, cart] = [await startTarget('shop'), await startTarget('cart')];
    await listenHttp([
      makeRule('shop.example', { targets: [shop.target] }),
      makeRule('shop.example', { url: '/cart', targets: [cart.target] }),
    ]);
    expect((await ask('shop.example', '/a?b=1')).body).toBe('shop GET /a?b=1 ');
    expect((await ask('shop.example', '/cart/1', { method: 'POST', body: 'apples' })).body).toBe(
      'cart POST /cart/1 apples',
    );
    expect((await ask('other.example')).status).toBe(404);
  });

  test('the target is told who the client is', async () => {
    const { target, requests } = await startTarget('one');
    await listenHttp([makeRule('a.example', { targets: [target] })]);
    await ask('a.example', '/', { localAddress: '127.0.0.7', headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(requests[0]?.headers).toMatchObject({
      host: 'a.example',
      'x-forwarded-for': '192.0.2.1, 127.0.0.7',
      'x-real-ip': '127.0.0.7',
      'x-forwarded-proto': 'http',
      'x-client-proto': 'http',
      'x-client-proto-ver': 'HTTP/1.1',
      'x-stgw-time': expect.stringMatching(/^\d+\.\d{3}$/),
      connection: 'close',
    });
  });

  test('requests come in turn by weight; none goes to weight 0', async () => {
    const all = [await startTarget('a', 20), await startTarget('b', 10), await startTarget('c', 0)];
    await listenHttp([makeRule('a.example', { targets: all.map(({ target }) => target) })]);
    const names = [];
    for (let count = 0; count < 6; count++) names.push(nameIn(await ask('a.example')));
    expect(names.toSorted()).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
  });

  test('without targets the answer is 503, when none can be reached 502, when one is too slow 504', async () => {
    const { target } = await startTarget('slow');
    const gone = await startTarget('gone');
    await new Promise((resolve) => gone.server.close(resolve));
    await listenHttp([
      makeRule('empty.example'),
      makeRule('gone.example', { targets: [gone.target] }),
      makeRule('slow.example', { targets: [target] }),
    ]);
    const statuses = [];
    for (const [host, path] of [['empty.example'], ['gone.example'], ['slow.example', '/slow']] as const) {
      statuses.push((await ask(host, path)).status);
    }
    expect(statuses).toEqual([503, 502, 504]);
  });

  test('a target that cannot be reached is followed by the next, and left alone after three failures', async () => {
    const [alive, gone] = [await startTarget('alive'), await startTarget('gone')];
    await new Promise((resolve) => gone.server.close(resolve));
    await listenHttp([makeRule('a.example', { targets: [gone.target, alive.target] })]);
    for (let count = 0; count < 10; count++) {
      expect(nameIn(await ask('a.example', '/', { method: 'POST', body: 'x' }))).toBe('alive');
    }
  });

  test('a cookie keeps a client at its target until that one gets weight 0', async () => {
    const all = [await startTarget('a'), await startTarget('b')];
    const rule = makeRule('a.example', { sessionExpireTime: 60, targets: all.map(({ target }) => target) });
    const listener = await listenHttp([rule]);
    const first = await ask('a.example');
    const cookie = first.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^tgw_l7_route=[0-9a-f]{32}; Expires=.*GMT; Path=\/$/);
    const headers = { cookie: `x=y; ${cookie.split(';')[0] ?? ''}` };
    for (let count = 0; count < 4; count++) {
      const again = await ask('a.example', '/', { headers });
      expect([nameIn(again), again.headers['set-cookie']]).toEqual([nameIn(first), undefined]);
    }
    const held = all[nameIn(first) === 'a' ? 0 : 1]?.target;
    if (held) store.setWeight({ loadBalancer, listener, rule, target: held }, 0);
    await apply();
    expect(nameIn(await ask('a.example', '/', { headers }))).not.toBe(nameIn(first));
  });

  test('IP_HASH keeps a client address at one target; LEAST_CONN avoids the busy one', async () => {
    const all = [await startTarget('a'), await startTarget('b')];
    const targets = all.map(({ target }) => target);
    await listenHttp([
      makeRule('hash.example', { scheduler: 'IP_HASH', targets: [...targets] }),
      makeRule('least.example', { scheduler: 'LEAST_CONN', targets: [...targets] }),
    ]);
    const hashed = [await ask('hash.example'), await ask('hash.example'), await ask('hash.example')].map(nameIn);
    expect(new Set(hashed).size).toBe(1);
    const busy = ask('least.example', '/slow');
    await eventually(() => Promise.resolve(all.some(({ requests }) => requests.at(-1)?.url === '/slow')));
    const quick = [await ask('least.example'), await ask('least.example')].map(nameIn);
    expect(new Set(quick).size).toBe(1);
    await busy;
  });

  test('connections to targets are kept only with KeepaliveEnable, and end when the target goes', async () => {
    const { target, sockets } = await startTarget('one');
    const rule = makeRule('a.example', { targets: [target] });
    const listener = await listenHttp([rule]);
    await ask('a.example');
    await ask('a.example');
    expect(sockets.size).toBe(2);
    store.changeListener(loadBalancer, listener, { keepaliveEnable: 1 });
    await apply();
    for (let count = 0; count < 3; count++) expect((await ask('a.example')).status).toBe(200);
    expect(sockets.size).toBe(3);
    store.unbind({ loadBalancer, listener, rule, target });
    await apply();
    await eventually(() => Promise.resolve([...sockets].every((socket) => socket.destroyed)));
  });

  test("a kept connection that the target has closed is not the client's trouble", async () => {
    const { target, sockets } = await startTarget('one');
    await listenHttp([makeRule('a.example', { targets: [target] })], { keepaliveEnable: 1 });
    for (let count = 0; count < 5; count++) {
      expect((await ask('a.example')).status).toBe(200);
      sockets.forEach((socket) => socket.resetAndDestroy());
    }
  });

  test('WebSockets go through, and end when their target is deregistered', async () => {
    const { target } = await startTarget('one');
    const rule = makeRule('a.example', { targets: [target] });
    const listener = await listenHttp([rule]);
    const socket = connect(port, vip);
    const lines: string[] = [];
    socket.on('data', (data: Buffer) => lines.push(data.toString()));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await eventually(() => Promise.resolve(lines.join('').includes('101 Switching Protocols')));
    socket.write('hello');
    await eventually(() => Promise.resolve(lines.join('').endsWith('one hello')));
    store.unbind({ loadBalancer, listener, rule, target });
    await apply();
    await ended;
  });

  test("a rule that redirects answers with the other listener's address", async () => {
    const secure = makeListener({ protocol: 'HTTPS', port: await freePort(), rules: [makeRule('a.example')] });
    store.addListener(loadBalancer, secure);
    const to = { listenerId: secure.id, locationId: secure.rules[0]?.id ?? '', code: 301, isAuto: true };
    await listenHttp([
      makeRule('a.example', { rewrite: { ...to, takesUrl: true } }),
      makeRule('b.example', { rewrite: { ...to, takesUrl: false } }),
    ]);
    const { status, headers } = await ask('a.example', '/path?q=1');
    expect([status, headers.location]).toEqual([301, `https://a.example:${secure.port}/path?q=1`]);
    expect((await ask('b.example', '/path')).headers.location).toBe(`https://a.example:${secure.port}/`);
  });

  test('fifty changes under load lose no request of targets that stay', async () => {
    const steady = [await startTarget('a'), await startTarget('b')];
    const rule = makeRule('a.example', { targets: steady.map(({ target }) => target) });
    const listener = await listenHttp([rule]);
    const coming = (await startTarget('c')).target;
    const statuses: number[] = [];
    let isDone = false;
    const work = async () => {
      while (!isDone) statuses.push((await ask('a.example')).status);
    };
    const workers = [1, 2, 3, 4].map(work);
    for (let count = 0; count < 50; count++) {
      if (count === 10) store.bind({ loadBalancer, listener, rule, target: coming });
      if (count > 10) store.setWeight({ loadBalancer, listener, rule, target: coming }, count % 2);
      await apply();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    isDone = true;
    await Promise.all(workers);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(statuses.length).toBeGreaterThan(100);
  }, 30_000);
});

describe('HTTPS listeners', () => {
  function certificateOf(host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ host: vip, port, servername: host, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subjectaltname ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  test('the certificate of the listener is shown; with SNI that of the domain', async () => {
    const made = createMadeCertificates();
    for (const name of ['listener', 'a', 'b']) {
      const { cert, key } = await made.leafFor(`${name}.of`);
      store.certificates.set(`cert-${name}`, { name, certificate: cert, privateKey: key });
    }
    const rules = [makeRule('a.example', withCertificate('cert-a')), makeRule('b.example', withCertificate('cert-b'))];
    const listener = makeListener({ protocol: 'HTTPS', port, rules, ...withCertificate('cert-listener') });
    store.addListener(loadBalancer, listener);
    await apply();
    expect(await certificateOf('a.example')).toBe('DNS:listener.of');
    store.changeListener(loadBalancer, listener, { sniSwitch: 1 });
    await apply();
    expect([await certificateOf('a.example'), await certificateOf('b.example')]).toEqual(['DNS:a.of', 'DNS:b.of']);
  }, 30_000);

  test('a certificate that nobody gave is made for the name asked for; targets get plain HTTP', async () => {
    const { target, requests } = await startTarget('one');
    const rules = [makeRule('a.example', { targets: [target] })];
    store.addListener(loadBalancer, makeListener({ protocol: 'HTTPS', port, rules, ...withCertificate('unknown') }));
    await apply();
    expect(await certificateOf('a.example')).toBe('DNS:a.example');
    expect((await ask('a.example', '/x', { tls: true })).body).toBe('one GET /x ');
    expect(requests[0]?.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-client-proto': 'https' });
  }, 30_000);

  test('HTTP/2 is spoken where a rule has it', async () => {
    const { target, requests } = await startTarget('one');
    const rules = [makeRule('a.example', { targets: [target], http2: true })];
    store.addListener(loadBalancer, makeListener({ protocol: 'HTTPS', port, rules, ...withCertificate('unknown') }));
    await apply();
    const session = connectHttp2(`https://${vip}:${port}`, { rejectUnauthorized: false, servername: 'a.example' });
    closers.push(() => session.destroy());
    const call = session.request({ ':path': '/x', ':authority': 'a.example' });
    let body = '';
    call.on('data', (part: Buffer) => (body += part.toString()));
    await new Promise((resolve, reject) => call.on('end', resolve).on('error', reject));
    expect(body).toBe('one GET /x ');
    expect(requests[0]?.headers).toMatchObject({ host: 'a.example', 'x-client-proto-ver': 'HTTP/2.0' });
    expect((await ask('a.example', '/y', { tls: true })).body).toBe('one GET /y ');
  }, 30_000);

  test('with MUTUAL a client without a certificate is refused', async () => {
    const { cert } = await createMadeCertificates().leafFor('ca.example');
    store.certificates.set('ca', { name: 'ca', certificate: cert, privateKey: undefined });
    const rules = [makeRule('a.example')];
    const mutual = withCertificate('unknown', { sslMode: 'MUTUAL', caId: 'ca' });
    store.addListener(loadBalancer, makeListener({ protocol: 'HTTPS', port, rules, ...mutual }));
    await apply();
    await expect(ask('a.example', '/', { tls: true })).rejects.toThrow();
  }, 30_000);
});

describe('TCP_SSL listeners', () => {
  async function startEcho() {
    const received: Buffer[] = [];
    const server = createTcpServer((socket) => {
      socket.on('data', (data) => {
        received.push(data);
        socket.write(data);
      });
      socket.on('error', () => undefined);
    });
    return { received, target: await listenAsTarget(server) };
  }
  function open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ host: vip, port, servername: 'a.example', rejectUnauthorized: false }, () =>
        resolve(socket),
      );
      socket.on('error', reject);
    });
  }
  const once = (socket: Socket) =>
    new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));

  test('bytes go through in the clear, and deregistering ends the connection', async () => {
    const { target, received } = await startEcho();
    const listener = makeListener({ protocol: 'TCP_SSL', port, targets: [target], ...withCertificate('unknown') });
    store.addListener(loadBalancer, listener);
    await apply();
    const socket = await open();
    socket.write('hello');
    expect(await once(socket)).toBe('hello');
    expect(Buffer.concat(received).toString()).toBe('hello');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    store.unbind({ loadBalancer, listener, target });
    await apply();
    await ended;
  }, 30_000);

  test('with ProxyProtocol the target reads who the client is', async () => {
    const { target, received } = await startEcho();
    const more = { targets: [target], proxyProtocol: true, ...withCertificate('unknown') };
    store.addListener(loadBalancer, makeListener({ protocol: 'TCP_SSL', port, ...more }));
    await apply();
    const socket = await open();
    const { localPort = 0 } = socket;
    socket.write('!');
    await eventually(() => Promise.resolve(Buffer.concat(received).at(-1) === '!'.charCodeAt(0)));
    const header = Buffer.concat(received).subarray(0, 28);
    expect(header.toString('hex', 0, 16)).toBe('0d0a0d0a000d0a515549540a2111000c');
    expect([...header.subarray(16, 24)]).toEqual([127, 0, 0, 1, 127, 0, 0, 9]);
    expect([header.readUInt16BE(24), header.readUInt16BE(26)]).toEqual([localPort, port]);
    socket.destroy();
  }, 30_000);
});

test('a port that is taken is a problem of its listener only', async () => {
  const taken = createTcpServer();
  await new Promise<void>((resolve) => taken.listen(port, vip, resolve));
  closers.push(() => taken.close());
  const { target } = await startTarget('one');
  store.addListener(loadBalancer, makeListener({ protocol: 'HTTP', port }));
  const other = await freePort();
  store.addListener(
    loadBalancer,
    makeListener({ protocol: 'HTTP', port: other, rules: [makeRule('a.example', { targets: [target] })] }),
  );
  expect(await proxy.apply(planProxy(store))).toEqual([
    expect.stringContaining(`lbl-HTTP-${port}: Error: listen EADDRINUSE`),
  ]);
  expect((await ask('a.example', '/', { port: other })).status).toBe(200);
});
