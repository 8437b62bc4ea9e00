import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Listener, LoadBalancer, Target } from '../state/model.ts';
import { createStore, type Store } from '../state/store.ts';
import { eventually } from '../test-emulator.ts';
import type { Cut, Kernel } from './kernel.ts';
import { startForwarding, type Forwarding } from './start-forwarding.ts';

/** A kernel that writes down what it is told, and can be made slow or stubborn. */
function createKernel() {
  const told: (string | Cut)[] = [];
  const state = { gate: Promise.resolve(), refusals: 0 };
  const kernel: Kernel = {
    async apply(ruleset) {
      await state.gate;
      if (state.refusals-- > 0) throw new Error('nft: busy');
      told.push(ruleset.split('\n').find((line) => line.includes('dnat')) ?? 'no route');
    },
    cut: (cut) => Promise.resolve(void told.push(cut)),
  };
  return { told, state, kernel };
}

const loadBalancer = { id: 'lb-1', vips: ['198.51.100.10'], listeners: [] as Listener[] } as unknown as LoadBalancer;

describe('the data plane follows the state', () => {
  let store: Store;
  let stop: AbortController;
  let fake: ReturnType<typeof createKernel>;
  let forwarding: Forwarding;
  let listener: Listener;
  const problems: string[] = [];

  beforeEach(async () => {
    store = createStore();
    stop = new AbortController();
    fake = createKernel();
    listener = { id: 'lbl-1', protocol: 'TCP', port: 80, targets: [] as Target[] } as unknown as Listener;
    loadBalancer.listeners.length = 0;
    store.putLoadBalancer(loadBalancer);
    store.addListener(loadBalancer, listener);
    const report = (problem: string) => void problems.push(problem);
    forwarding = startForwarding({ store, kernel: fake.kernel, report, signal: stop.signal });
    await forwarding.settled();
    fake.told.length = 0;
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
  const route = (to: string) => `add rule ip clb forward ip daddr 198.51.100.10 tcp dport 80 dnat to ${to}`;

  test('many changes become one transaction, and it is settled when the kernel has them', async () => {
    bind('10.0.0.1');
    bind('10.0.0.2', 0);
    await forwarding.settled();
    expect(fake.told).toEqual([route('10.0.0.1:8080')]);
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
    expect(fake.told).toEqual([route('10.0.0.1:8080'), route('10.0.0.2:8080')]);
  });

  test('a change that means nothing to the kernel is not written', async () => {
    bind('10.0.0.1', 0);
    await forwarding.settled();
    expect(fake.told).toEqual([]);
  });

  test('a deregistered target is cut after it has left the ruleset; a drained or dead one is not cut', async () => {
    const first = bind('10.0.0.1');
    bind('10.0.0.2');
    await forwarding.settled();
    store.setHealth(first, 'Dead');
    await forwarding.settled();
    store.unbind(first);
    await forwarding.settled();
    expect(fake.told.slice(1)).toEqual([
      route('10.0.0.2:8080'),
      { protocol: 'tcp', vip: '198.51.100.10', port: 80, targetIp: '10.0.0.1', targetPort: 8080 },
    ]);
  });

  test('a ruleset that the kernel refuses is tried again and reported', async () => {
    fake.state.refusals = 1;
    bind('10.0.0.1');
    await eventually(() => Promise.resolve(fake.told.length > 0));
    expect(fake.told).toEqual([route('10.0.0.1:8080')]);
    expect(problems).toContain('nft: busy');
  });
});
