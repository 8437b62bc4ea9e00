import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from '@jest/globals';
import { createStore } from '../state/store.ts';
import { makeListener, makeLoadBalancer, makeRule, makeTarget } from '../testing/test-listeners.ts';
import { planProxy } from './config.ts';
import { createProxy, type Proxy } from './proxy.ts';
import { askAt } from './testing/test-proxy.ts';
import { startHttpTarget } from './testing/targets.ts';
import { defaultProxySettings } from './upstream.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const testWithIpv6 = hasIpv6 ? test : test.skip;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A target that says whom it saw. */
async function ipv6Target() {
  const server = createServer((request, response) => response.end(`six ${String(request.headers['x-forwarded-for'])}`));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '::1' }, resolve));
  closers.push(() => server.close());
  return makeTarget('::1', (server.address() as AddressInfo).port);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '::1' }, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

testWithIpv6('Clients of IPv6 reach the targets of a rule, of both families.', async () => {
  const proxy: Proxy = createProxy(defaultProxySettings);
  closers.push(() => proxy.close());
  const four = await startHttpTarget('four');
  closers.push(() => four.stop());
  const store = createStore();
  const loadBalancer = { ...makeLoadBalancer('::1'), mixIpTarget: true };
  store.putLoadBalancer(loadBalancer);
  const port = await freePort();
  const rules = [makeRule('a.example', { targets: [await ipv6Target(), four.target] })];
  store.addListener(loadBalancer, makeListener({ protocol: 'HTTP', port, rules }));
  expect(await proxy.apply(planProxy(store))).toEqual([]);
  const ask = async () => (await askAt(port, 'a.example', '/', { host: '::1' })).body;
  const answers = [await ask(), await ask()].toSorted();
  expect(answers).toEqual([expect.stringMatching(/^four /), 'six ::1']);
});
