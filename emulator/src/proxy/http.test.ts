import { Agent } from 'node:http';
import { expect, test } from '@jest/globals';
import { eventually } from '../testing/test-emulator.ts';
import { makeListener, makeRule } from '../testing/test-listeners.ts';
import { planProxy } from './config.ts';
import { createMadeCertificates } from './made-certificates.ts';
import { startHttpTarget, type TestTarget } from './testing/targets.ts';
import { freePort, openTo, useTestProxy, withCertificate } from './testing/test-proxy.ts';

const { at, apply, listen, own, ask, nameFor } = useTestProxy();
const start = (name: string, weight?: number) => own(startHttpTarget(name, weight));
const targetsOf = (all: readonly TestTarget[]) => all.map(({ target }) => target);
const upgradeTo = (protocol: string, path = '/', host = 'a.example') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\n`;

test('a request goes to the rule of its domain and longest URL, with its method and body', async () => {
  const [shop, cart] = [await start('shop'), await start('cart')];
  await listen('HTTP', [
    makeRule('shop.example', { targets: [shop.target] }),
    makeRule('shop.example', { url: '/cart', targets: [cart.target] }),
  ]);
  expect((await ask('shop.example', '/a?b=1')).body).toBe('shop GET /a?b=1 ');
  const body = 'apples '.repeat(50_000);
  expect((await ask('shop.example', '/cart/1', { method: 'POST', body })).body).toBe(`cart POST /cart/1 ${body}`);
  expect((await ask('other.example')).status).toBe(404);
});

test('the path reaches the target as it was asked for', async () => {
  const { target, requests } = await start('one');
  await listen('HTTP', [makeRule('a.example', { targets: [target] })]);
  await ask('a.example', '/a/../b//c%2f|?x=/y?z');
  await ask('a.example', 'http://a.example/absolute');
  expect(requests.map(({ url }) => url)).toEqual(['/a/../b//c%2f|?x=/y?z', '/absolute']);
});

test('headers name the client to the target', async () => {
  const { target, requests } = await start('one');
  await listen('HTTP', [makeRule('a.example', { targets: [target] })]);
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

test('without targets the answer is 503, when none can be reached 502, when one is too slow 504', async () => {
  const { target } = await start('slow');
  const gone = await start('gone');
  await gone.stop();
  await listen('HTTP', [
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

test('a cookie keeps a client at its target until that one gets weight 0', async () => {
  const all = [await start('a'), await start('b')];
  const rule = makeRule('a.example', { sessionExpireTime: 60, targets: targetsOf(all) });
  const listener = await listen('HTTP', [rule]);
  const first = await ask('a.example');
  const name = first.body.split(' ')[0];
  const cookie = first.headers['set-cookie']?.[0] ?? '';
  expect(cookie).toMatch(/^tgw_l7_route=[0-9a-f]{32}; Expires=.*GMT; Path=\/$/);
  const headers = { cookie: `x=y; ${cookie.split(';')[0] ?? ''}` };
  for (let count = 0; count < 4; count++) {
    const again = await ask('a.example', '/', { headers });
    expect([again.body.split(' ')[0], again.headers['set-cookie']]).toEqual([name, undefined]);
  }
  const held = all[name === 'a' ? 0 : 1]?.target;
  if (held) at.store.setWeight({ loadBalancer: at.loadBalancer, listener, rule, target: held }, 0);
  await apply();
  expect(await nameFor('a.example', '/', { headers })).not.toBe(name);
});

test('a rule can name its own cookie', async () => {
  const { target } = await start('a');
  await listen('HTTP', [makeRule('a.example', { sessionExpireTime: 60, cookieName: 'mine', targets: [target] })]);
  expect((await ask('a.example')).headers['set-cookie']?.[0]).toMatch(/^mine=/);
});

test('connections to targets are kept only with KeepaliveEnable, and end when the target goes', async () => {
  const { target, sockets } = await start('one');
  const rule = makeRule('a.example', { targets: [target] });
  const listener = await listen('HTTP', [rule]);
  await ask('a.example');
  await ask('a.example');
  expect(sockets.size).toBe(2);
  at.store.changeListener(at.loadBalancer, listener, { keepaliveEnable: 1 });
  await apply();
  for (let count = 0; count < 3; count++) expect((await ask('a.example')).status).toBe(200);
  expect(sockets.size).toBe(3);
  at.store.unbind({ loadBalancer: at.loadBalancer, listener, rule, target });
  await apply();
  await eventually(() => Promise.resolve([...sockets].every((socket) => socket.destroyed)));
});

test('a kept connection that the target closes costs no request; unrepeatable requests never use one', async () => {
  const { target, requests } = await start('one');
  await listen('HTTP', [makeRule('a.example', { targets: [target] })], { keepaliveEnable: 1 });
  for (let count = 0; count < 5; count++) {
    expect((await ask('a.example', '/once')).body).toBe('one GET /once ');
    expect((await ask('a.example', '/once', { method: 'POST', body: 'x' })).body).toBe('one POST /once x');
  }
  // Each GET but the first took the kept connection first; no POST did.
  expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(5);
  expect(requests.filter(({ method }) => method === 'GET').length).toBeGreaterThan(5);
});

test('many requests at once over kept connections all get their own answer', async () => {
  const { target } = await start('one');
  await listen('HTTP', [makeRule('a.example', { targets: [target] })], { keepaliveEnable: 1 });
  for (let round = 0; round < 5; round++) {
    const paths = Array.from({ length: 30 }, (_, index) => `/${round}-${index}`);
    const answers = await Promise.all(paths.map((path) => ask('a.example', path)));
    expect(answers.map(({ body }) => body)).toEqual(paths.map((path) => `one GET ${path} `));
  }
});

test("a client's connection carries many requests, each to the next target", async () => {
  const all = [await start('a'), await start('b')];
  await listen('HTTP', [makeRule('a.example', { targets: targetsOf(all) })]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const names = [];
  for (let count = 0; count < 4; count++) names.push(await nameFor('a.example', '/', { agent }));
  expect(names.toSorted()).toEqual(['a', 'a', 'b', 'b']);
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  agent.destroy();
});

test('WebSockets go through, stay at weight 0, and end when their target is deregistered', async () => {
  const { target } = await start('one');
  const rule = makeRule('a.example', { targets: [target] });
  const listener = await listen('HTTP', [rule]);
  const place = { loadBalancer: at.loadBalancer, listener, rule, target };
  const { say, heard, ended } = openTo(at.port);
  say(upgradeTo('websocket'));
  await eventually(() => Promise.resolve(heard().includes('101 Switching Protocols')));
  at.store.setWeight(place, 0);
  await apply();
  say('hello');
  await eventually(() => Promise.resolve(heard().endsWith('one hello')));
  at.store.unbind(place);
  await apply();
  await ended;
});

test('a WebSocket that no rule or target is there for is refused; another protocol is ignored', async () => {
  const { target } = await start('one');
  await listen('HTTP', [makeRule('a.example', { targets: [target] }), makeRule('empty.example')]);
  const answerTo = async (text: string) => {
    const { say, heard, socket } = openTo(at.port);
    say(text);
    await eventually(() => Promise.resolve(heard().includes('\r\n\r\n')));
    socket.destroy();
    return heard().split('\r\n')[0];
  };
  expect(await answerTo(upgradeTo('websocket', '/', 'unknown.example'))).toBe('HTTP/1.1 404 Not Found');
  expect(await answerTo(upgradeTo('websocket', '/', 'empty.example'))).toBe('HTTP/1.1 503 Service Unavailable');
  expect(await answerTo(upgradeTo('h2c'))).toBe('HTTP/1.1 200 OK');
  expect(await answerTo('no HTTP at all\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
});

test("a rule that redirects answers with the other listener's address, to WebSockets too", async () => {
  const secure = makeListener({ protocol: 'HTTPS', port: await freePort(), rules: [makeRule('a.example')] });
  at.store.addListener(at.loadBalancer, secure);
  const to = { listenerId: secure.id, locationId: secure.rules[0]?.id ?? '', code: 301, isAuto: true };
  await listen('HTTP', [
    makeRule('a.example', { rewrite: { ...to, takesUrl: true } }),
    makeRule('b.example', { rewrite: { ...to, takesUrl: false, code: 302 } }),
  ]);
  const { status, headers } = await ask('a.example', '/path?q=1');
  expect([status, headers.location]).toEqual([301, `https://a.example:${secure.port}/path?q=1`]);
  const other = await ask('b.example', '/path');
  expect([other.status, other.headers.location]).toEqual([302, `https://a.example:${secure.port}/`]);
  const { say, heard } = openTo(at.port);
  say(upgradeTo('websocket', '/ws'));
  await eventually(() => Promise.resolve(heard().includes(`location: https://a.example:${secure.port}/ws`)));
}, 30_000);

test('a path without the last slash of a rule is sent to it with its query, to WebSockets too', async () => {
  const { target } = await start('one');
  await listen('HTTP', [
    makeRule('a.example', { targets: [target] }),
    makeRule('a.example', { url: '/shop/', targets: [target] }),
  ]);
  const { status, headers } = await ask('a.example', '/shop?q=1');
  expect([status, headers.location]).toEqual([301, 'http://a.example/shop/?q=1']);
  expect((await ask('a.example', '/shop/')).status).toBe(200);
  expect((await ask('a.example', '/shopping')).status).toBe(200);
  const { say, heard } = openTo(at.port);
  say(upgradeTo('websocket', '/shop'));
  await eventually(() => Promise.resolve(heard().includes('location: http://a.example/shop/')));
}, 30_000);

test('with ForwardType HTTPS the target is spoken to over TLS', async () => {
  const tls = await createMadeCertificates().leafFor('one.example');
  const { target } = await own(startHttpTarget('one', 10, tls));
  const rules = [makeRule('a.example', { forwardType: 'HTTPS', targets: [target] })];
  await listen('HTTPS', rules, { keepaliveEnable: 1, ...withCertificate('unknown') });
  for (const path of ['/x', '/y']) expect((await ask('a.example', path, { tls: true })).body).toBe(`one GET ${path} `);
}, 30_000);

test('a port that is taken is a problem of its listener only', async () => {
  const { target } = await start('one');
  const rules = [makeRule('a.example', { targets: [target] })];
  await listen('HTTP', rules);
  at.store.addListener(at.loadBalancer, makeListener({ id: 'second', protocol: 'HTTP', port: at.port, rules }));
  const problems = await at.proxy.apply(planProxy(at.store));
  expect(problems).toEqual([expect.stringContaining('second: Error: listen EADDRINUSE')]);
  expect((await ask('a.example')).status).toBe(200);
});
