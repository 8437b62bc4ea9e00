import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BoundTarget, HealthCheck } from '../state/model.ts';
import { createStore, type Store } from '../state/store.ts';
import { createTestClock, type TestClock } from '../test-clock.ts';
import { startHealth } from './start-health.ts';

const check = { HealthSwitch: 1, CheckType: 'TCP', TimeOut: 2, IntervalTime: 5, HealthNum: 3, UnHealthNum: 2 };

describe('the pace of probing', () => {
  let clock: TestClock;
  let store: Store;
  let stop: AbortController;
  let sent: { answer: (good: boolean) => void; timeoutMs: number }[];

  beforeEach(() => {
    clock = createTestClock();
    store = createStore();
    stop = new AbortController();
    sent = [];
  });
  afterEach(() => stop.abort());

  function start(speed = 1): BoundTarget {
    startHealth({
      store,
      clock,
      random: () => 0.5,
      speed,
      source: undefined,
      probe: ({ timeoutMs }) => new Promise((answer) => sent.push({ answer, timeoutMs })),
      refuses: () => false,
      signal: stop.signal,
    });
    const listener = { id: 'lbl-1', healthCheck: check as HealthCheck, targets: [] };
    const target = { ip: '10.0.0.1', port: 80, weight: 10, tag: null, health: 'Unknown', registeredAtMs: 0 };
    const at = { loadBalancer: { id: 'lb-1' }, listener, target } as unknown as BoundTarget;
    store.bind(at);
    return at;
  }
  async function advance(ms: number) {
    clock.advance(ms);
    await turn();
  }
  async function answerLast(good: boolean) {
    sent.at(-1)?.answer(good);
    await turn();
  }

  test('the first probe comes within one interval, the next ones an interval apart, Alive after HealthNum', async () => {
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
});
