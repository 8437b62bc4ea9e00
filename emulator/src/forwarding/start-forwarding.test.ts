import { setImmediate as nextIteration } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Listener, LoadBalancer, Rule, Target } from '../state/model.ts';
import { plainListener, plainLoadBalancer } from '../state/plain.ts';
import { createStore, type Store } from '../state/store.ts';
import { createTestClock, type TestClock } from '../testing/test-clock.ts';
import { eventually } from '../testing/test-emulator.ts';
import type { Connection } from './connections.ts';
import type { Cut } from './cuts.ts';
import type { Kernel } from './kernel.ts';
import { startForwarding, type Forwarding } from './start-forwarding.ts';

/** A kernel that records what it gets, and can be made slow or made to fail. */
function createKernel() {
  const seen: (string | Cut)[] = [];
  const state = { gate: Promise.resolve(), refusals: 0, connections: [] as Connection[] };
  const kernel: Kernel = {
    async apply(lines) {
      await state.gate;
      if (state.refusals-- > 0) throw new Error('nft: busy');
      seen.push(lines.find((line) => line.includes(' dnat ip to ')) ?? 'no route');
    },
    connections: () => Promise.resolve(state.connections),
    cut: (cuts) => Promise.resolve(void seen.push(...cuts)),
    close: () => Promise.resolve(void seen.push('closed')),
  };
  return { seen, state, kernel };
}

const loadBalancer = {
  ...plainLoadBalancer,
  id: 'lb-1',
  vips: ['198.51.100.10'],
  listeners: [] as Listener[],
} as unknown as LoadBalancer;
const entrance = { protocol: 'tcp', vip: '198.51.100.10', port: 80, endPort: 0 } as const;

describe('the data plane follows the state', () => {
  let store: Store;
  let stop: AbortController;
  let clock: TestClock;
  let fake: ReturnType<typeof createKernel>;
  let forwarding: Forwarding;
  let listener: Listener;
  const problems: string[] = [];

  beforeEach(async () => {
    store = createStore();
    stop = new AbortController();
    fake = createKernel();
    listener = {
      ...plainListener,
      id: 'lbl-1',
      protocol: 'TCP',
      port: 80,
      endPort: 0,
      targets: [] as Target[],
      rules: [] as Rule[],
    } as unknown as Listener;
    clock = createTestClock();
    loadBalancer.listeners.length = 0;
    store.putLoadBalancer(loadBalancer);
    store.addListener(loadBalancer, listener);
    const report = (problem: string) => void problems.push(problem);
    forwarding = startForwarding({ store, clock, kernel: fake.kernel, report, signal: stop.signal });
    await forwarding.settled();
    fake.seen.length = 0;
  });
  afterEach(async () => {
    stop.abort();
    await forwarding.stopped();
  });

  function bind(ip: string, weight = 10) {
    const target: Target = { ip, port: 8080, weight, tag: null, health: 'Unknown', registeredAtMs: 0 };
    const at = { loadBalancer, listener, target };
    store.bind(at);
    store.setHealth(at, 'Alive');
    return at;
  }
  const route = (to: string) => `add rule ip clb to_tcp_198_51_100_10_80 meta l4proto tcp dnat ip to ${to}`;

  test('many changes become one transaction, and it is settled when the kernel has them', async () => {
    bind('10.0.0.1');
    bind('10.0.0.2', 0);
    await forwarding.settled();
    expect(fake.seen).toEqual([route('10.0.0.1:8080')]);
  });

  test('changes made while the kernel is busy go out together afterwards', async () => {
    const gate = Promise.withResolvers<undefined>();
    fake.state.gate = gate.promise.then(() => undefined);
    const first = bind('10.0.0.1');
    const settled = forwarding.settled();
    const second = bind('10.0.0.2');
    store.setWeight(first, 0);
    store.setWeight(second, 1);
    gate.resolve(undefined);
    await settled;
    expect(fake.seen).toEqual([route('10.0.0.1:8080'), route('10.0.0.2:8080')]);
  });

  test('a change that means nothing to the kernel is not written', async () => {
    bind('10.0.0.1', 0);
    await forwarding.settled();
    expect(fake.seen).toEqual([]);
  });

  test('a deregistered target is cut after it has left the ruleset; a drained or dead one is not cut', async () => {
    const first = bind('10.0.0.1');
    bind('10.0.0.2');
    await forwarding.settled();
    store.setHealth(first, 'Dead');
    await forwarding.settled();
    store.unbind(first);
    await forwarding.settled();
    expect(fake.seen.slice(1)).toEqual([
      route('10.0.0.2:8080'),
      { entrance: expect.objectContaining(entrance), target: first.target, how: 'silence' },
    ]);
  });

  test('a ruleset that the kernel refuses is tried again and reported', async () => {
    fake.state.refusals = 1;
    bind('10.0.0.1');
    await eventually(() => Promise.resolve(fake.seen.length > 0));
    expect(fake.seen).toEqual([route('10.0.0.1:8080')]);
    expect(problems).toContain('nft: busy');
  });

  test('a deregistered target is cut by RST where the listener asks for it', async () => {
    store.changeListener(loadBalancer, listener, { deregisterTargetRst: true });
    const first = bind('10.0.0.1');
    await forwarding.settled();
    store.unbind(first);
    await forwarding.settled();
    expect(fake.seen.at(-1)).toMatchObject({ target: first.target, how: 'reset' });
  });

  /** As many connections with each target. */
  function connect(counts: Record<string, number>) {
    fake.state.connections = Object.entries(counts).flatMap(([ip, count]) =>
      Array.from({ length: count }, (_, index) => ({
        ...{ protocol: 'tcp', state: 'ESTABLISHED', vip: '198.51.100.10', port: 80, mark: 0 },
        client: { ip: '203.0.113.10', port: 1000 + index },
        target: { ip, port: 8080 },
      })),
    );
  }
  async function cutAfter(ms: number) {
    const before = fake.seen.length;
    clock.advance(ms);
    await nextIteration();
    await forwarding.settled();
    return fake.seen.slice(before).filter((entry) => typeof entry !== 'string');
  }
  const reschedule = { zeroWeight: true, unhealthy: true, expandTarget: true, startTimeS: 5, intervalS: 2 };

  test('connections leave a target at weight 0 from the start time on, spread over the interval', async () => {
    store.changeListener(loadBalancer, listener, { reschedule });
    const first = bind('10.0.0.1');
    bind('10.0.0.2');
    await forwarding.settled();
    connect({ '10.0.0.1': 4, '10.0.0.2': 4 });
    store.setWeight(first, 0);
    expect(await cutAfter(4900)).toEqual([]);
    const moved = await cutAfter(200);
    expect(moved).toHaveLength(2);
    expect(moved[0]).toMatchObject({ target: { ip: '10.0.0.1' }, how: 'reset', client: { port: 1000 } });
    connect({ '10.0.0.1': 2, '10.0.0.2': 4 });
    expect(await cutAfter(1100)).toHaveLength(2);
  });

  test('nothing is moved when the weight came back before the time', async () => {
    store.changeListener(loadBalancer, listener, { reschedule: { ...reschedule, expandTarget: false } });
    const first = bind('10.0.0.1');
    bind('10.0.0.2');
    connect({ '10.0.0.1': 4 });
    clock.advance(10_000);
    store.setWeight(first, 0);
    store.setWeight(first, 10);
    expect(await cutAfter(10_000)).toEqual([]);
  });

  test('a new target gets its share of the connections that exist', async () => {
    store.changeListener(loadBalancer, listener, { reschedule: { ...reschedule, startTimeS: 0, intervalS: 0 } });
    bind('10.0.0.1');
    connect({ '10.0.0.1': 4 });
    bind('10.0.0.2');
    expect(await cutAfter(100)).toHaveLength(2);
  });

  test('the order of LEAST_CONN follows the connections that are counted', async () => {
    store.changeListener(loadBalancer, listener, { scheduler: 'LEAST_CONN' });
    bind('10.0.0.1');
    bind('10.0.0.2');
    await forwarding.settled();
    connect({ '10.0.0.1': 200 });
    clock.advance(1100);
    await eventually(() => Promise.resolve(fake.seen.length > 1));
    expect(JSON.stringify(fake.seen.at(-1)).split('10.0.0.2')).toHaveLength(229);
  });
});
