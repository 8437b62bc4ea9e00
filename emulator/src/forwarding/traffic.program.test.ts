import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../runtime/clock.ts';
import type { Listener, ListenerSettings, LoadBalancer } from '../state/model.ts';
import type { BoundTarget } from '../state/place.ts';
import { plainListener, plainLoadBalancer } from '../state/plain.ts';
import type { SecurityRule } from '../state/security-groups.ts';
import { createStore, type Store } from '../state/store.ts';
import { eventually } from '../testing/test-emulator.ts';
import { countNewConnections } from './count-new-connections.ts';
import { openKernel, type Kernel } from './kernel.ts';
import { startForwarding, type Forwarding } from './start-forwarding.ts';
import { canForward } from './testing/namespaces.ts';
import { openNetwork, targetPort, type TestNetwork } from './testing/network.ts';

const describeOnLinux = (await canForward()) ? describe : describe.skip;

describeOnLinux('traffic through a real kernel (root, nftables and conntrack)', () => {
  let network: TestNetwork;
  let store: Store;
  let stop: AbortController;
  let kernel: Kernel;
  let forwarding: Forwarding;
  let loadBalancer: LoadBalancer;
  const problems: string[] = [];

  beforeEach(async () => {
    network = await openNetwork();
    store = createStore();
    stop = new AbortController();
    kernel = await openKernel(network.cloud);
    const base = {
      id: 'lb-1',
      vips: [network.vip],
      ipv6Mode: null,
      domain: null,
      listeners: [],
      name: '',
      type: 'OPEN',
      region: '',
    } as const;
    const rest = { vpcId: '', subnetId: null, usable: true, createdAtMs: 0 };
    loadBalancer = { ...plainLoadBalancer, ...base, ...rest, listeners: [] };
    store.putLoadBalancer(loadBalancer);
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

  function listen(settings: Partial<ListenerSettings> = {}, more: Partial<Listener> = {}): Listener {
    const listener = {
      ...plainListener,
      ...{
        id: `lbl-${loadBalancer.listeners.length}`,
        name: '',
        protocol: 'TCP',
        port: 80,
        endPort: 0,
        createdAtMs: 0,
      },
      healthCheck: { HealthSwitch: 0 },
      targets: [],
      rules: [],
      ...settings,
      ...more,
    } as unknown as Listener;
    store.addListener(loadBalancer, listener);
    return listener;
  }
  function bind(listener: Listener, index: number, weight = 10): BoundTarget {
    const ip = network.targets[index] ?? '';
    const target = { ip, port: targetPort, weight, tag: null, health: 'Close' as const, registeredAtMs: 0 };
    const at = { loadBalancer, listener, target };
    store.bind(at);
    return at;
  }
  const ask = (port = 80) => network.run({ do: 'once', host: network.vip, port });
  const open = (name: string, port = 80) => network.run({ do: 'open', name, host: network.vip, port });
  const askAgain = (name: string, waitMs = 3000) => network.run({ do: 'ask', name, waitMs });
  const from = (index: number) => `${network.targets[index] ?? ''} ${network.client}`;

  test('requests come in turn and with the address of the client; an empty VIP refuses', async () => {
    const listener = listen();
    await forwarding.settled();
    expect(await ask()).toBe('ECONNREFUSED');
    [0, 1, 2].forEach((index) => bind(listener, index));
    await forwarding.settled();
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.toSorted()).toEqual([from(0), from(1), from(2)]);
  }, 60_000);

  test('at weight 0 open connections go on and no new one comes', async () => {
    const listener = listen();
    const first = bind(listener, 0);
    await forwarding.settled();
    expect(await open('old')).toBe(from(0));
    bind(listener, 1);
    store.setWeight(first, 0);
    await forwarding.settled();
    expect(await askAgain('old')).toBe(from(0));
    expect([await ask(), await ask()]).toEqual([from(1), from(1)]);
  }, 60_000);

  test('deregistering silences both sides, or answers both with RST where the listener asks for it', async () => {
    const silent = listen();
    const loud = listen({ deregisterTargetRst: true }, { port: 81 });
    const both = [bind(silent, 0), bind(loud, 1)];
    await forwarding.settled();
    await open('silent', 80);
    await open('loud', 81);
    both.forEach((at) => store.unbind(at));
    await forwarding.settled();
    expect(await askAgain('silent', 700)).toBe('silence');
    expect(await askAgain('loud')).toBe('ECONNRESET');
    expect(network.serverLog).toEqual([]);
  }, 60_000);

  test('a client stays with its target for the session time, unless that one is drained', async () => {
    const listener = listen({ sessionExpireTime: 30 });
    const all = [0, 1, 2].map((index) => bind(listener, index));
    await forwarding.settled();
    const first = await ask();
    for (let again = 0; again < 5; again++) expect(await ask()).toBe(first);
    const held = all.find((_, index) => first === from(index));
    if (held) store.setWeight(held, 0);
    await forwarding.settled();
    const second = await ask();
    expect(second).not.toBe(first);
    expect([await ask(), await ask()]).toEqual([second, second]);
  }, 60_000);

  test('UDP goes in turn, each client port to one target, and to another when its target is deregistered', async () => {
    const listener = listen({}, { protocol: 'UDP', port: 53 });
    const byUdp = (port: number) => network.run({ do: 'udp', host: network.vip, port: 53, from: port });
    await byUdp(4000);
    const first = bind(listener, 0);
    await forwarding.settled();
    // Its first datagram met no target: the kernel must not remember that.
    expect(await byUdp(4000)).toBe(from(0));
    bind(listener, 1);
    await forwarding.settled();
    expect(await byUdp(4000)).toBe(from(0));
    store.unbind(first);
    await forwarding.settled();
    expect(await byUdp(4000)).toBe(from(1));
  }, 60_000);

  test('the kernel forgets a connection after the idle time of the listener', async () => {
    const listener = listen({ idleConnectTimeout: 1 });
    bind(listener, 0);
    await forwarding.settled();
    expect(await open('idle')).toBe(from(0));
    await eventually(async () => (await kernel.connections()).every(({ state }) => state !== 'ESTABLISHED'), 20_000);
    expect(await askAgain('idle', 700)).toBe('silence');
  }, 60_000);

  test('connections of a target that got weight 0 are moved where the listener asks for it', async () => {
    const reschedule = { zeroWeight: true, unhealthy: false, expandTarget: false, startTimeS: 0, intervalS: 0 };
    const listener = listen({ reschedule });
    const first = bind(listener, 0);
    await forwarding.settled();
    await open('old');
    bind(listener, 1);
    store.setWeight(first, 0);
    await eventually(async () => (await kernel.connections()).some(({ mark }) => mark !== 0), 20_000);
    expect(await askAgain('old')).toBe('ECONNRESET');
    expect(await ask()).toBe(from(1));
  }, 60_000);

  test('LEAST_CONN sends new connections where there are few', async () => {
    const listener = listen({ scheduler: 'LEAST_CONN' });
    bind(listener, 0);
    await forwarding.settled();
    for (const name of ['a', 'b', 'c', 'd']) await open(name);
    bind(listener, 1);
    await forwarding.settled();
    // These are closed at once: what stayed open would even out the difference for good.
    await eventually(async () => {
      const answers = [await ask(), await ask(), await ask()];
      return answers.every((answer) => answer === from(1));
    }, 20_000);
  }, 60_000);

  test('each new connection is counted for the target that got it', async () => {
    const counted = new Map<string, number>();
    const counting = countNewConnections({
      ...{ store, signal: stop.signal, report: (problem) => void problems.push(problem), within: network.cloud },
      connected: ({ target: { ip } }) => void counted.set(ip, (counted.get(ip) ?? 0) + 1),
    });
    const listener = listen();
    [0, 1].forEach((index) => bind(listener, index));
    await forwarding.settled();
    // The listening program takes a moment to begin.
    await eventually(async () => {
      await ask();
      return counted.size > 0;
    });
    const before = new Map(counted);
    for (let count = 0; count < 20; count++) await ask();
    const more = (index: number) => {
      const ip = network.targets[index] ?? '';
      return (counted.get(ip) ?? 0) - (before.get(ip) ?? 0);
    };
    await eventually(() => Promise.resolve(more(0) + more(1) === 20));
    expect([more(0), more(1), more(2)]).toEqual([10, 10, 0]);
    stop.abort();
    await counting;
  }, 60_000);

  test('a range of ports keeps the port', async () => {
    const listener = listen({}, { port: targetPort - 5, endPort: targetPort + 5 });
    bind(listener, 0);
    await forwarding.settled();
    expect(await ask(targetPort)).toBe(from(0));
    expect(await ask(targetPort + 6)).toBe('ECONNREFUSED');
    store.removeListener(loadBalancer, listener);
    await forwarding.settled();
    expect(await ask(targetPort)).toBe('ECONNREFUSED');
  }, 60_000);

  test('security groups decide who connects, and leave open connections alone', async () => {
    const rule = (cidrBlock: string) =>
      ({ action: 'ACCEPT', protocol: 'TCP', port: '80', cidrBlock }) satisfies SecurityRule;
    bind(listen(), 0);
    bind(listen({}, { port: 81, endPort: 89 }), 1);
    store.setSecurityGroup('sg-1', [rule(network.client)]);
    store.changeLoadBalancer(loadBalancer, { secureGroups: ['sg-1'] });
    await forwarding.settled();
    expect(await open('old')).toBe(from(0));
    expect(await ask(81)).toBe('silence');
    store.setSecurityGroup('sg-1', [rule('192.0.2.0/24')]);
    await forwarding.settled();
    expect(await ask()).toBe('silence');
    expect(await askAgain('old')).toBe(from(0));
    store.changeLoadBalancer(loadBalancer, { secureGroups: [] });
    await forwarding.settled();
    expect(await ask()).toBe(from(0));
  }, 60_000);

  test('a hundred changes under load, at most twenty a second, lose no request of targets that stay', async () => {
    const listener = listen();
    const steady = bind(listener, 0);
    bind(listener, 1);
    await forwarding.settled();
    const answered = async () => Object.values(await network.run({ do: 'count' })).reduce<number>(sum, 0);
    const sum = (total: number, count: unknown) => total + Number(count);
    await network.run({ do: 'load', host: network.vip, port: 80, workers: 8 });
    let coming: BoundTarget | undefined;
    for (let changes = 0; changes < 100; changes++) {
      store.setWeight(steady, 10 + (changes % 7));
      if (coming) store.setWeight(coming, changes % 2);
      else coming = bind(listener, 2);
      await forwarding.settled();
      await sleep(50);
      // However slow the machine is, each change meets requests under way.
      const before = await answered();
      await eventually(async () => (await answered()) >= before + 8, 20_000);
    }
    const answers = Object.entries(await network.run({ do: 'stop' }));
    expect(answers.filter(([answer]) => !network.targets.includes(answer))).toEqual([]);
    expect(answers.map(([answer]) => answer).toSorted()).toEqual([...network.targets].toSorted());
  }, 120_000);
});
