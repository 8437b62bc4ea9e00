import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fc } from '../testing/fast-check.ts';
import { Registry } from 'prom-client';
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from './logger.ts';
import { startWorkQueue, type Outcome, type WorkQueue, type WorkQueueOptions } from './work-queue.ts';
import { until } from '../testing/until.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const settled: Outcome = { kind: 'settled' };

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

function start(options: Partial<WorkQueueOptions>): WorkQueue {
  const defaults = { name: 'things', concurrency: 10, pauseMs: () => 5, log, signal: stop.signal };
  return startWorkQueue({ ...defaults, run: () => Promise.resolve(settled), ...options });
}

/** A run function whose runs are ended by hand. */
function handRuns() {
  const open: { key: string; end: (outcome?: Outcome) => void; fail: (error: Error) => void; signal: AbortSignal }[] =
    [];
  const started: string[] = [];
  const run = (key: string, signal: AbortSignal) =>
    new Promise<Outcome>((resolve, reject) => {
      started.push(key);
      open.push({ key, end: (outcome = settled) => resolve(outcome), fail: reject, signal });
    });
  return { open, started, run };
}

describe('coalescing', () => {
  test('adds of one moment become one run', async () => {
    const { run, started } = handRuns();
    const queue = start({ run });
    for (let i = 0; i < 5; i++) queue.add('a');
    await until(() => started.length > 0);
    await wait(20);
    expect(started).toEqual(['a']);
  });

  test('adds while a key runs make exactly one more run, after it', async () => {
    const { run, open, started } = handRuns();
    const queue = start({ run });
    queue.add('a');
    await until(() => started.length === 1);
    queue.add('a');
    queue.add('a');
    await wait(20);
    expect(started).toEqual(['a']);
    open[0]?.end();
    await until(() => started.length === 2);
    open[1]?.end();
    await wait(20);
    expect(started).toEqual(['a', 'a']);
  });

  test('an earlier wish replaces a later one, and the later one is forgotten', async () => {
    const { run, open, started } = handRuns();
    const queue = start({ run });
    queue.addAfter('a', 60_000);
    queue.addAfter('a', 10);
    queue.addAfter('a', 30_000);
    await until(() => started.length === 1);
    open[0]?.end({ kind: 'recheck', afterMs: 60_000 });
    await wait(10);
    queue.add('a');
    await until(() => started.length === 2);
    open[1]?.end();
    await wait(30);
    expect(started).toHaveLength(2);
  });

  test('a recheck runs again after its time', async () => {
    let runs = 0;
    const queue = start({ run: () => Promise.resolve(++runs < 3 ? { kind: 'recheck', afterMs: 5 } : settled) });
    queue.add('a');
    await until(() => runs === 3);
    await wait(20);
    expect(runs).toBe(3);
  });

  test('a delay longer than a Node timer can count does not fire at once', async () => {
    const { run, started } = handRuns();
    const queue = start({ run });
    queue.addAfter('a', 2 ** 40);
    queue.addAfter('b', Number.NaN);
    queue.addAfter('c', Infinity);
    await wait(20);
    expect(started).toEqual([]);
  });
});

describe('places', () => {
  test('no more keys run at once than there are places, first come first served', async () => {
    const { run, open, started } = handRuns();
    const queue = start({ run, concurrency: 2 });
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await until(() => started.length === 2);
    expect(queue.depth).toBe(2);
    queue.add('a');
    open[0]?.end();
    await until(() => started.length === 3);
    open[1]?.end();
    await until(() => started.length === 4);
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    open[2]?.end();
    await until(() => started.length === 5);
    expect(started[4]).toBe('a');
  });
});

describe('failures', () => {
  test('the pause is asked for with the count of failures in a row, and a success forgets them', async () => {
    const counts: number[] = [];
    let runs = 0;
    const fails = [true, true, false, true, false];
    const run = () => (fails[runs++] ? Promise.reject(new Error('no')) : Promise.resolve(settled));
    const queue = start({ run, pauseMs: (_error, failures) => (counts.push(failures), 1) });
    queue.add('a');
    await until(() => runs === 3);
    queue.add('a');
    await until(() => runs === 5);
    expect(counts).toEqual([1, 2, 1]);
  });

  test('an add does not cut the pause after a failure short', async () => {
    const { run, open, started } = handRuns();
    const queue = start({ run, pauseMs: () => 100 });
    queue.add('a');
    await until(() => started.length === 1);
    queue.add('a');
    const failedAt = performance.now();
    open[0]?.fail(new Error('no'));
    await wait(5);
    queue.add('a');
    await until(() => started.length === 2);
    expect(performance.now() - failedAt).toBeGreaterThanOrEqual(99);
  });

  test('after an endless pause only an add runs the key again, and at once', async () => {
    const { run, open, started } = handRuns();
    const queue = start({ run, pauseMs: () => Infinity });
    queue.add('a');
    await until(() => started.length === 1);
    open[0]?.fail(new Error('wrong credentials'));
    await wait(20);
    expect(started).toHaveLength(1);
    queue.add('a');
    await until(() => started.length === 2);
  });

  test('a run that throws before its first await, and a pause policy that throws, harm no other key', async () => {
    const done: string[] = [];
    const run = (key: string): Promise<Outcome> => {
      if (key === 'bad') throw new Error('at once');
      done.push(key);
      return Promise.resolve(settled);
    };
    const pauseMs = () => {
      throw new Error('policy');
    };
    const queue = start({ run, pauseMs, concurrency: 1 });
    queue.add('bad');
    queue.add('good');
    await until(() => done.length === 1);
  });
});

describe('the end', () => {
  test('an abort reaches the runs, forgets what waits, and stopped resolves with the last run', async () => {
    const { run, open, started } = handRuns();
    const queue = start({ run, concurrency: 1 });
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 5);
    await until(() => started.length === 1);
    stop.abort();
    expect(open[0]?.signal.aborted).toBe(true);
    let hasStopped = false;
    void queue.stopped.then(() => (hasStopped = true));
    await wait(20);
    expect(hasStopped).toBe(false);
    open[0]?.fail(new Error('aborted'));
    await queue.stopped;
    queue.add('d');
    await wait(20);
    expect(started).toEqual(['a']);
  });

  test('a queue that is born aborted has stopped', async () => {
    stop.abort();
    await start({}).stopped;
  });
});

test('metrics count outcomes, and two queues share one registry', async () => {
  const registry = new Registry();
  const queue = start({ registry });
  start({ registry, name: 'others' });
  queue.add('a');
  await until(async () =>
    (await registry.metrics()).includes('work_queue_runs_total{queue="things",outcome="settled"} 1'),
  );
  expect(await registry.metrics()).toContain('work_queue_runs_total{queue="others",outcome="failed"} 0');
});

test('whatever happens, a key never runs twice at once, and the last run begins after the last add', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    addAfterMs: fc.constantFrom(0, 0, 1, 3),
    restMs: fc.constantFrom(0, 0, 0, 1),
    takesMs: fc.constantFrom(0, 0, 1, 2),
    ends: fc.constantFrom('settled', 'recheck', 'fails'),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1, max: 3 }), holds), {
    numRuns: 60,
  });

  async function holds(
    steps: { key: string; addAfterMs: number; restMs: number; takesMs: number; ends: string }[],
    concurrency: number,
  ) {
    const seen = {
      running: new Set<string>(),
      broken: '',
      added: new Map<string, number>(),
      began: new Map<string, number>(),
    };
    let step = 0;
    const run = async (key: string): Promise<Outcome> => {
      if (seen.running.has(key)) seen.broken = `${key} runs twice`;
      if (seen.running.size >= concurrency) seen.broken = 'too many at once';
      seen.running.add(key);
      seen.began.set(key, ++step);
      const { takesMs, ends } = steps[step % steps.length] ?? { takesMs: 0, ends: 'settled' };
      if (takesMs > 0) await wait(takesMs);
      seen.running.delete(key);
      if (step < 50 && ends === 'fails') throw new Error('no');
      return step < 50 && ends === 'recheck' ? { kind: 'recheck', afterMs: 1 } : settled;
    };
    const queue = start({ run, concurrency, pauseMs: () => 1 });
    for (const { key, addAfterMs, restMs } of steps) {
      queue.addAfter(key, addAfterMs);
      seen.added.set(key, ++step);
      if (restMs > 0) await wait(restMs);
    }
    await until(() => [...seen.added].every(([key, at]) => (seen.began.get(key) ?? 0) > at));
    expect(seen.broken).toBe('');
  }
});

test('A failure that only repeats is logged once a minute, another one and one after a success at once.', async () => {
  const lines: string[] = [];
  const loud = createLogger({
    program: 'test',
    level: 'warn',
    destination: { write: (line) => void lines.push(line) },
  });
  const faults = ['no right', 'no right', 'no right', 'no route', 'no right', undefined, 'no right', 'no right'];
  let runs = 0;
  const run = (): Promise<Outcome> => {
    const fault = faults[runs++];
    return fault === undefined ? Promise.resolve({ kind: 'recheck', afterMs: 1 }) : Promise.reject(new Error(fault));
  };
  start({ run, log: loud, pauseMs: (_, failures) => (runs < faults.length ? failures : Infinity) }).add('a');
  await until(() => runs === faults.length);
  await wait(20);
  const messages = lines.map((line) => (JSON.parse(line) as { err: { message: string } }).err.message);
  expect(messages).toEqual(['no right', 'no route', 'no right', 'no right']);
});
