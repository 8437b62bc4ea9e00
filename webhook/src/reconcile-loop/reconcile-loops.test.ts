import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createReconcileLoops, type ReconcileLoop, type ReconcileLoops } from './reconcile-loops.ts';

const log = createLogger({ program: 'test', level: 'silent' });

let stopping: AbortController;
let loops: ReconcileLoops;
let runs: number;
let running: Promise<void>;
beforeEach(() => {
  stopping = new AbortController();
  loops = createReconcileLoops({
    stuckAfterMs: 200,
    monotonicMs: () => performance.now(),
    log,
    registry: new Registry(),
  });
  runs = 0;
});
afterEach(async () => {
  stopping.abort();
  await running;
});

function start(reconcile: () => Promise<number>, changed: Partial<ReconcileLoop> = {}): void {
  const counted = () => {
    runs += 1;
    return reconcile();
  };
  running = loops.run({ name: 'x', reconcile: counted, signal: stopping.signal, ...changed });
}

test('a trigger runs the loop at once, however long the pause would be', async () => {
  start(() => Promise.resolve(3_600_000));
  await until(() => runs === 1);
  loops.trigger();
  await until(() => runs === 2);
});

test('a loop that ignores the trigger runs on its schedule, or when it alone is triggered', async () => {
  let others = 0;
  start(() => Promise.resolve(3_600_000), { ignoresTrigger: true });
  const reconcile = () => Promise.resolve((others += 1) * 3_600_000);
  const other = loops.run({ name: 'other', reconcile, signal: stopping.signal });
  await until(() => runs === 1 && others === 1);
  loops.trigger();
  await until(() => others === 2);
  expect(runs).toBe(1);
  loops.triggerOne('x');
  await until(() => runs === 2);
  expect(others).toBe(2);
  loops.triggerOne('nobody');
  stopping.abort();
  await other;
});

test('without a trigger a run comes when the last one said so', async () => {
  start(() => Promise.resolve(5));
  await until(() => runs > 3);
});

test('a run that fails is repeated, and is no stuck loop', async () => {
  start(() => Promise.reject(new Error('no')));
  await until(() => runs > 2);
  expect(loops.stuck()).toEqual([]);
});

test('the pauses after failures are those of the loop', async () => {
  start(() => Promise.reject(new Error('no')), { retryMs: { first: 1, most: 5 } });
  await until(() => runs > 20);
});

test('a run that never ends is reported, and ends with the signal', async () => {
  start(() => new Promise(() => undefined));
  await until(() => loops.stuck().length === 1);
  stopping.abort();
  await running;
  expect(loops.stuck()).toEqual([]);
});

test('a trigger after the end runs nothing', async () => {
  start(() => Promise.resolve(3_600_000));
  await until(() => runs === 1);
  stopping.abort();
  await running;
  loops.trigger();
  await sleep(20, new AbortController().signal);
  expect(runs).toBe(1);
});
