import { expect, jest, test } from '@jest/globals';
import { startStopwatch, startTerm } from './term.ts';
import { until } from '../../testing/until.ts';

test('a renewal counts from when it was sent, not from when it was answered', () => {
  const term = startTerm({ epoch: 1, since: () => 9_000, renewDeadlineMs: 10_000 });
  expect(term.remainingMs()).toBe(1_000);
  term.renewed(() => 4_000);
  expect(term.remainingMs()).toBe(6_000);
  term.end('test');
});

test('a renewal that is answered after the term ran out does not bring it back', () => {
  let elapsedMs = 0;
  const term = startTerm({ epoch: 1, since: () => elapsedMs, renewDeadlineMs: 10_000 });
  expect(term.isHeld()).toBe(true);
  elapsedMs = 10_000;
  term.renewed(() => 0);
  expect(term.isHeld()).toBe(false);
  expect(term.over.aborted).toBe(true);
});

test('a term that is over before it began is never held', () => {
  expect(startTerm({ epoch: 1, since: () => 10_000, renewDeadlineMs: 10_000 }).isHeld()).toBe(false);
});

test('the signal aborts by itself when the term expires', async () => {
  const term = startTerm({ epoch: 1, since: startStopwatch(), renewDeadlineMs: 30 });
  await until(() => term.over.aborted);
  expect(String(term.over.reason)).toContain('not renewed in time');
});

test('the stopwatch takes the faster clock, so a suspended machine and a clock set back both count', () => {
  const elapsedMs = startStopwatch();
  const wall = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(wall + 60_000);
  expect(elapsedMs()).toBeGreaterThanOrEqual(59_000);
  clock.mockReturnValue(wall - 60_000);
  expect(elapsedMs()).toBeGreaterThanOrEqual(0);
  clock.mockRestore();
});

test('a process that was suspended knows at its first question that it no longer leads', () => {
  const term = startTerm({ epoch: 1, since: startStopwatch(), renewDeadlineMs: 40 });
  expect(term.isHeld()).toBe(true);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  expect(term.isHeld()).toBe(false);
  expect(term.over.aborted).toBe(true);
});
