import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../runtime/clock.ts';
import type { Listener, LoadBalancer } from '../state/model.ts';
import type { BoundTarget } from '../state/place.ts';
import { createStore, type Store } from '../state/store.ts';
import { makeListener, makeLoadBalancer, makeTarget } from '../testing/test-listeners.ts';
import { openKernel } from './kernel.ts';
import { startForwarding, type Forwarding } from './start-forwarding.ts';
import { canForward } from './testing/namespaces.ts';
import { openNetwork, targetPort, type TestNetwork } from './testing/network.ts';

const describeOnLinux = (await canForward()) ? describe : describe.skip;

describeOnLinux('IPv6 through a real kernel (root, nftables and conntrack)', () => {
  let network: TestNetwork;
  let store: Store;
  let stop: AbortController;
  let forwarding: Forwarding;
  const problems: string[] = [];

  beforeEach(async () => {
    network = await openNetwork();
    store = createStore();
    stop = new AbortController();
    const kernel = await openKernel(network.cloud);
    const clock = createSystemClock(stop.signal);
    const report = (problem: string) => void problems.push(problem);
    forwarding = startForwarding({ store, kernel, clock, report, signal: stop.signal });
  }, 60_000);
  afterEach(async () => {
    stop.abort();
    await forwarding.stopped();
    await network.close();
    expect(problems).toEqual([]);
  }, 60_000);

  function aCloud(vip: string, id = 'lb-6'): LoadBalancer {
    const loadBalancer = { ...makeLoadBalancer(vip), id };
    store.putLoadBalancer(loadBalancer);
    return loadBalancer;
  }

  function listen(loadBalancer: LoadBalancer, given: Partial<Listener> = {}) {
    const id = `${loadBalancer.id}-${loadBalancer.listeners.length}`;
    const listener = makeListener({ protocol: 'TCP', port: 80, id, ...given });
    store.addListener(loadBalancer, listener);
    return (ip = '', weight = 10): BoundTarget => {
      const at = { loadBalancer, listener, target: makeTarget(ip, targetPort, weight) };
      store.bind(at);
      return at;
    };
  }

  const ask = (port = 80) => network.run({ do: 'once', host: network.ipv6.vip, port });
  const from = (index: number) => `${network.ipv6.targets[index] ?? ''} ${network.ipv6.client}`;

  test('A client of IPv6 reaches targets of IPv6 in turn, and they see its address; IPv4 goes on beside.', async () => {
    const bind = listen(aCloud(network.ipv6.vip));
    const bindIpv4 = listen(aCloud(network.vip, 'lb-4'));
    await forwarding.settled();
    expect(await ask()).toBe('ECONNREFUSED');
    network.ipv6.targets.forEach((ip) => bind(ip));
    bindIpv4(network.targets[0]);
    await forwarding.settled();
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.toSorted()).toEqual([from(0), from(1), from(2)]);
    const ofIpv4 = await network.run({ do: 'once', host: network.vip, port: 80 });
    expect(ofIpv4).toBe(`${network.targets[0] ?? ''} ${network.client}`);
  }, 60_000);

  test('A single target, a session, a range of ports and UDP are forwarded too.', async () => {
    const loadBalancer = aCloud(network.ipv6.vip);
    const [first, second] = network.ipv6.targets;
    listen(loadBalancer)(first);
    const session = listen(loadBalancer, { port: 81, sessionExpireTime: 30 });
    [first, second].forEach((ip) => session(ip));
    listen(loadBalancer, { port: targetPort - 1, endPort: targetPort + 1 })(second);
    listen(loadBalancer, { protocol: 'UDP', port: 53 })(first);
    await forwarding.settled();
    expect(await ask()).toBe(from(0));
    expect(new Set([await ask(81), await ask(81), await ask(81)]).size).toBe(1);
    expect(await ask(targetPort)).toBe(from(1));
    expect(await network.run({ do: 'udp', host: network.ipv6.vip, port: 53, from: 5353 })).toBe(from(0));
  }, 60_000);

  test('At weight 0 an open connection goes on; deregistered, it is silent or answered with RST.', async () => {
    const loadBalancer = aCloud(network.ipv6.vip);
    const [first, second] = network.ipv6.targets;
    const silent = listen(loadBalancer);
    const loud = listen(loadBalancer, { port: 81, deregisterTargetRst: true });
    const both = [silent(first), loud(first)];
    await forwarding.settled();
    const host = network.ipv6.vip;
    expect(await network.run({ do: 'open', name: 'silent', host, port: 80 })).toBe(from(0));
    await network.run({ do: 'open', name: 'loud', host, port: 81 });
    silent(second);
    both.forEach((at) => store.setWeight(at, 0));
    await forwarding.settled();
    expect(await network.run({ do: 'ask', name: 'silent', waitMs: 3000 })).toBe(from(0));
    expect(await ask()).toBe(from(1));
    both.forEach((at) => store.unbind(at));
    await forwarding.settled();
    expect(await network.run({ do: 'ask', name: 'silent', waitMs: 700 })).toBe('silence');
    expect(await network.run({ do: 'ask', name: 'loud', waitMs: 3000 })).toBe('ECONNRESET');
  }, 60_000);

  test('What is of IPv6 NAT64 carries nothing in the kernel, and nothing is reported.', async () => {
    const loadBalancer = { ...aCloud(network.ipv6.vip), ipv6Mode: 'IPv6Nat64' as const };
    listen(loadBalancer)(network.targets[0]);
    await forwarding.settled();
    expect(await ask()).toBe('ECONNREFUSED');
  }, 60_000);
});
