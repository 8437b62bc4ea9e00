import { beforeEach, expect, test } from '@jest/globals';
import { createRepeatLimit, type RepeatLimit } from './repeat-limit.ts';

let nowMs: number;
let limit: RepeatLimit;
beforeEach(() => {
  nowMs = 0;
  limit = createRepeatLimit(() => nowMs, 2);
});

test('The same key is said again only after its time.', () => {
  expect(limit.allows('a', 1_000)).toBe(true);
  nowMs = 999;
  expect(limit.allows('a', 1_000)).toBe(false);
  nowMs = 1_000;
  expect(limit.allows('a', 1_000)).toBe(true);
  expect(limit.allows('a', 1_000)).toBe(false);
});

test('Without a time to wait everything is said.', () => {
  expect([limit.allows('a', 0), limit.allows('a', 0)]).toEqual([true, true]);
});

test('Another text of the same key is said at once, and the first one again after it.', () => {
  expect(['x', 'x', 'y', 'x'].map((text) => limit.allows('a', 1_000, text))).toEqual([true, false, true, true]);
});

test('A key that is forgotten is new.', () => {
  limit.allows('a', Infinity);
  expect(limit.allows('a', Infinity)).toBe(false);
  limit.forget('a');
  expect(limit.allows('a', Infinity)).toBe(true);
});

test('Of too many keys the one that was said longest ago is dropped.', () => {
  for (const key of ['a', 'b', 'a', 'c']) limit.allows(key, 0);
  expect(['a', 'c'].map((key) => limit.allows(key, Infinity))).toEqual([false, false]);
  expect(limit.allows('b', Infinity)).toBe(true);
});
