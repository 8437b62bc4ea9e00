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
  expect(['x', 'x', 'y', 'x'].map((text) => limit.allows('a', 1_000, { text }))).toEqual([true, false, true, true]);
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

test('Of too many keys one of the group with most of them is dropped.', () => {
  limit = createRepeatLimit(() => nowMs, 3);
  const isNew = (key: string, group: string) => limit.allows(key, Infinity, { group });
  isNew('quiet', 'quiet');
  for (const key of ['a', 'b', 'c', 'd']) isNew(key, 'loud');
  expect([isNew('quiet', 'quiet'), isNew('d', 'loud'), isNew('a', 'loud')]).toEqual([false, false, true]);
});

test('Whether something is due can be asked without saying it.', () => {
  expect([limit.isDue('a', 1_000), limit.isDue('a', 1_000), limit.allows('a', 1_000)]).toEqual([true, true, true]);
  expect(limit.isDue('a', 1_000)).toBe(false);
});
