import { setImmediate as nextIteration } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HealthCheck } from '../state/model.ts';
import type { BoundTarget } from '../state/place.ts';
import { createStore, type Store } from '../state/store.ts';
import { createTestClock, type TestClock } from '../testing/test-clock.ts';
import { reportHealthLate } from './report-late.ts';
import { startHealth } from './start-health.ts';

const check = { HealthSwitch: 1, CheckType: 'TCP', TimeOut: 2, IntervalTime: 5, HealthNum: 3, UnHealthNum: 2 };

describe('the pace of probing', () => {
  let clock: TestClock;
  let store: Store;
  let stop: AbortController;
  let sent: { answer: (good: boolean) => void; timeoutMs: number; source: string | undefined }[];
  let healthByRule: (ip: string) => boolean | undefined;

  beforeEach(() => {
    clock = createTestClock();
    store = createStore();
    stop = new AbortController();
    sent = [];
    healthByRule = () => undefined;
  });
  afterEach(() => stop.abort());

  function start(speed = 1, sources: readonly string[] = [], ip = '10.0.0.1'): BoundTarget {
    startHealth({
      store,
      clock,
      random: () => 0.5,
      speed,
      sources: [...sources],
      healthByRule: (ip) => healthByRule(ip),
      probe: ({ timeoutMs, source }) => new Promise((answer) => sent.push({ answer, timeoutMs, source })),
      refuses: () => false,
      signal: stop.signal,
    });
    const listener = { id: 'lbl-1', protocol: 'TCP', healthCheck: { ...check } as HealthCheck, targets: [], rules: [] };
    const target = { ip, port: 80, weight: 10, tag: null, health: 'Unknown', registeredAtMs: 0 };
    const at = {
      loadBalancer: { id: 'lb-1', listeners: [], vips: ['198.51.100.9', '2001:db8:51::9'], started: true },
      listener,
      target,
    } as unknown as BoundTarget;
    store.bind(at);
    return at;
  }
  async function advance(ms: number) {
    clock.advance(ms);
    await nextIteration();
  }
  async function rounds(count: number) {
    for (let round = 0; round < count; round++) await advance(5100);
  }
  async function answerLast(good: boolean) {
    sent.at(-1)?.answer(good);
    await nextIteration();
  }

  test('the first probe comes within an interval, the others an interval apart, Alive after HealthNum', async () => {
    const at = start();
    await advance(2400);
    expect(sent).toHaveLength(0);
    await advance(200);
    for (const count of [1, 2, 3]) {
      expect(sent).toHaveLength(count);
      expect(at.target.health).toBe('Unknown');
      await answerLast(true);
      await advance(4900);
      expect(sent).toHaveLength(count);
      await advance(200);
    }
    expect(at.target.health).toBe('Alive');
  });

  test.each([
    ['10.0.0.1', ['100.64.0.1', 'fd00::1'], ['100.64.0.1']],
    ['fd00::9', ['100.64.0.1', 'fd00::1', 'fd00::2'], ['fd00::1', 'fd00::2']],
    ['fd00::9', ['100.64.0.1'], [undefined]],
  ])('%s is probed by the nodes of its family among %j, else by one', async (ip, sources, expected) => {
    start(1, sources, ip);
    await advance(5100);
    expect(sent.map(({ source }) => source)).toEqual(expected);
  });

  test('a quick clock divides the interval and bounds the time-out by it', async () => {
    start(5);
    await advance(600);
    expect(sent[0]?.timeoutMs).toBe(1000);
    await answerLast(true);
    await advance(1100);
    expect(sent).toHaveLength(2);
  });

  test('a target that was taken off is not probed, and a probe under way says nothing about it', async () => {
    const at = start();
    for (const good of [true, true]) {
      await advance(5100);
      await answerLast(good);
    }
    await advance(5100);
    store.unbind(at);
    await answerLast(true);
    expect(at.target.health).toBe('Unknown');
    await advance(20_000);
    expect(sent).toHaveLength(3);
  });

  test('a target that is taken off between probes is not probed again', async () => {
    const at = start();
    await advance(5100);
    await answerLast(true);
    store.unbind(at);
    await advance(20_000);
    expect(sent).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  test('with several nodes each judges for itself, and the state changes when all agree', async () => {
    const at = start(1, ['100.64.0.1', '100.64.0.2']);
    const answerAll = async (count: number, good: (source: string | undefined) => boolean) => {
      for (let round = 0; round < count; round++) {
        await advance(5100);
        sent.splice(0).forEach(({ answer, source }) => answer(good(source)));
        await nextIteration();
      }
    };
    await answerAll(3, (source) => source === '100.64.0.1');
    expect(at.target.health).toBe('Unknown');
    await answerAll(3, () => true);
    expect(at.target.health).toBe('Alive');
    await answerAll(2, (source) => source === '100.64.0.1');
    expect(at.target.health).toBe('Alive');
  });

  test('a target whose health is given by rule changes at the same pace and is never probed', async () => {
    healthByRule = () => true;
    const at = start();
    await rounds(2);
    expect(at.target.health).toBe('Unknown');
    await advance(5100);
    expect(at.target.health).toBe('Alive');
    healthByRule = () => false;
    await rounds(2);
    expect(at.target.health).toBe('Dead');
    expect(sent).toHaveLength(0);
  });

  test('another health check starts from Unknown; one that is switched off ends probing', async () => {
    healthByRule = () => true;
    const at = start();
    await rounds(3);
    store.changeHealthCheck(at, { ...at.listener.healthCheck, HealthNum: 2 });
    expect(at.target.health).toBe('Unknown');
    await rounds(2);
    expect(at.target.health).toBe('Alive');
    store.changeHealthCheck(at, { ...at.listener.healthCheck, HealthSwitch: 0 });
    expect(at.target.health).toBe('Close');
    expect(clock.pending()).toBe(0);
  });

  test('the targets of a stopped load balancer are Close until it is started', async () => {
    healthByRule = () => true;
    const at = start();
    at.loadBalancer.listeners.push(at.listener);
    store.changeLoadBalancer(at.loadBalancer, { started: false });
    expect(at.target.health).toBe('Close');
    store.changeLoadBalancer(at.loadBalancer, { started: true });
    expect(at.target.health).toBe('Unknown');
    await rounds(3);
    expect(at.target.health).toBe('Alive');
  });

  test('probes come from the VIP when the check asks for it', async () => {
    const at = start(1, ['100.64.0.1']);
    store.changeHealthCheck(at, { ...at.listener.healthCheck, SourceIpType: 0 });
    await advance(5100);
    expect(sent[0]?.source).toBe('198.51.100.9');
  });

  test('the API may show health later than the data plane acts on it', async () => {
    healthByRule = () => true;
    reportHealthLate({ store, clock, lagMs: 2000 });
    const at = start();
    await rounds(3);
    expect([at.target.health, at.target.reportedHealth]).toEqual(['Alive', 'Unknown']);
    await advance(2100);
    expect(at.target.reportedHealth).toBe('Alive');
  });
});
