import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createBell, type Bell } from './trigger.ts';
import { createPulse, type Pulse } from './liveness.ts';
import { takeTurns } from './reconcile-loops.ts';

const log = createLogger({ program: 'test', level: 'silent' });

let stopping: AbortController;
let bell: Bell;
let pulse: Pulse;
let turns: number;
let running: Promise<void>;
beforeEach(() => {
  stopping = new AbortController();
  bell = createBell();
  pulse = createPulse({ limitMs: 200, monotonicMs: () => performance.now() });
  turns = 0;
});
afterEach(async () => {
  stopping.abort();
  await running;
});

function start(turn: () => Promise<number>): void {
  const counted = () => {
    turns += 1;
    return turn();
  };
  running = takeTurns({
    name: 'x',
    bell,
    pulse,
    turn: counted,
    log,
    registry: new Registry(),
    signal: stopping.signal,
  });
}

test('the bell is answered at once, however long the pause would be', async () => {
  start(() => Promise.resolve(3_600_000));
  await until(() => turns === 1);
  bell.ring();
  await until(() => turns === 2);
});

test('without a bell a turn comes when the last one said so', async () => {
  start(() => Promise.resolve(5));
  await until(() => turns > 3);
});

test('a turn that fails comes again, and is no stuck loop', async () => {
  start(() => Promise.reject(new Error('no')));
  await until(() => turns > 2);
  expect(pulse.problems()).toEqual([]);
});

test('a turn that never ends is told, and ends with the signal', async () => {
  start(() => new Promise(() => undefined));
  await until(() => pulse.problems().length === 1);
  stopping.abort();
  await running;
  expect(pulse.problems()).toEqual([]);
});

test('nobody listens to the bell after the end', async () => {
  start(() => Promise.resolve(3_600_000));
  await until(() => turns === 1);
  stopping.abort();
  await running;
  bell.ring();
  expect(turns).toBe(1);
});
