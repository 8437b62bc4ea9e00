import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import type { Priority, Flow } from '../domain/flow.ts';
import { until } from '../testing/until.ts';
import { createLogger } from './logger.ts';
import type { Fairness } from './places.ts';
import { startWorkQueue, type Outcome, type WorkQueueOptions } from './work-queue.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const settled: Outcome = { kind: 'settled' };
const generous: Fairness = { keptForDrains: 0, budget: { perMinute: 60_000, burst: 1_000 } };
const flowOf = (priority: Priority, share = 'shop'): Flow => ({ priority, share });

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

/** A queue whose runs are ended by hand. */
function start(options: Partial<WorkQueueOptions>) {
  const open = new Map<string, () => void>();
  const flows = new Map<string, Flow>();
  const started: string[] = [];
  const run = async (key: string, _: AbortSignal, flow: Flow) => {
    started.push(key);
    flows.set(key, flow);
    return new Promise<Outcome>((resolve) => open.set(key, () => resolve(settled)));
  };
  const usual = { name: 'things', concurrency: 1, fairness: generous, pauseMs: () => 5, log, signal: stop.signal };
  const queue = startWorkQueue({ ...usual, run, ...options });
  const end = (key: string) => {
    open.get(key)?.();
    open.delete(key);
  };
  return { queue, started, flows, end, open };
}

test('a drain takes the next place, whatever else waits', async () => {
  const { queue, started, end } = start({});
  queue.add('first', flowOf('look'));
  await until(() => started.length === 1);
  for (let number = 0; number < 100; number += 1) queue.add(`look ${number}`, flowOf('look', 'other'));
  queue.add('drain', flowOf('drain'));
  end('first');
  await until(() => started.length === 2);
  expect(started[1]).toBe('drain');
});

test('other work leaves the places that are kept for drains', async () => {
  const { queue, started } = start({ concurrency: 6, fairness: { ...generous, keptForDrains: 2 } });
  for (const share of ['a', 'b', 'c', 'd', 'e'])
    for (const n of [1, 2, 3]) queue.add(`${share}${n}`, flowOf('look', share));
  await wait(30);
  expect(started).toHaveLength(4);
  queue.add('d1', flowOf('drain', 'a'));
  queue.add('d2', flowOf('drain', 'd'));
  await until(() => started.includes('d1') && started.includes('d2'));
});

test('a share with drains and other work that never end leaves places to both of others', async () => {
  const { queue, started } = start({ concurrency: 16, fairness: { ...generous, keptForDrains: 8 } });
  for (let n = 0; n < 100; n += 1) queue.add(`look ${n}`, flowOf('look', 'other'));
  for (let n = 0; n < 100; n += 1) queue.add(`drain ${n}`, flowOf('drain', 'other'));
  await wait(30);
  queue.add('shop drain', flowOf('drain', 'shop'));
  queue.add('shop look', flowOf('look', 'shop'));
  await until(() => started.includes('shop drain') && started.includes('shop look'));
});

test('what a share may hold counts a run as what it has become', async () => {
  const { queue, started } = start({ concurrency: 8, fairness: { ...generous, keptForDrains: 4 } });
  for (const n of [1, 2, 3, 4]) queue.add(`look ${n}`, flowOf('look'));
  await wait(30);
  expect(started).toHaveLength(2);
  for (const n of [1, 2]) queue.add(`look ${n}`, flowOf('drain'));
  queue.add('look 5', flowOf('look'));
  await until(() => started.length === 4);
});

test('a share that has used up its budget waits, others and its own drains do not', async () => {
  const fairness = { ...generous, budget: { perMinute: 600, burst: 2 } };
  const { queue, started } = start({ concurrency: 100, fairness });
  for (const n of [1, 2, 3, 4]) queue.add(`other ${n}`, flowOf('look', 'other'));
  queue.add('other drain', flowOf('drain', 'other'));
  queue.add('shop 1', flowOf('look', 'shop'));
  await until(() => started.includes('shop 1'));
  expect(started.includes('other drain')).toBe(true);
  expect(started.filter((key) => /other \d/u.test(key)).length).toBeLessThanOrEqual(2);
  await until(() => started.length === 6);
});

test('a run rises with what is asked for while it runs, and its next run is for those who asked', async () => {
  const { queue, started, flows, end } = start({});
  queue.add('a', flowOf('look', 'other'));
  await until(() => started.length === 1);
  queue.add('a', flowOf('drain', 'shop'));
  expect(flows.get('a')?.priority).toBe('drain');
  end('a');
  await until(() => started.length === 2);
  expect(flows.get('a')).toEqual(flowOf('drain', 'shop'));
});

test('a key whose time has come runs in the flow that is right then', async () => {
  let priority: Priority = 'look';
  const { queue, started, flows } = start({ flowOf: () => flowOf(priority) });
  queue.addAfter('a', 20);
  priority = 'drain';
  await until(() => started.length === 1);
  expect(flows.get('a')?.priority).toBe('drain');
});
