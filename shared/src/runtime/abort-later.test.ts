import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { abortLater } from './abort-later.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('It aborts so long after the other one, with the same reason, and not before.', () => {
  const first = new AbortController();
  const signal = abortLater(first.signal, 1_000);
  jest.advanceTimersByTime(5_000);
  first.abort('ends');
  jest.advanceTimersByTime(999);
  expect(signal.aborted).toBe(false);
  jest.advanceTimersByTime(1);
  expect([signal.aborted, signal.reason]).toEqual([true, 'ends']);
});

test('Of one that has aborted before, it counts from now.', () => {
  const signal = abortLater(AbortSignal.abort(), 1_000);
  jest.advanceTimersByTime(1_000);
  expect(signal.aborted).toBe(true);
});
