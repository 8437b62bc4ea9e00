import { beforeEach, expect, test } from '@jest/globals';
import { createRewrites, type Rewrites } from './rewrites.ts';

let now: number;
let rewrites: Rewrites;
beforeEach(() => {
  now = 0;
  rewrites = createRewrites(() => now, { most: 2, withinMs: 100, apartMs: 5 });
});

const at = (ms: number, change = 'a to b') => {
  now = ms;
  const waitMs = rewrites.waitMs(change);
  if (waitMs === undefined) rewrites.note(change);
  return waitMs;
};

test('A change is made so often within a time, and then waits for the first to be that long ago.', () => {
  expect([at(0), at(10), at(20), at(99), at(100), at(101)]).toEqual([undefined, undefined, 80, 1, undefined, 9]);
});

test('What follows at once is the same, and another change counts for itself.', () => {
  expect([at(0), at(1), at(4), at(10), at(11), at(12, 'c to b')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    89,
    undefined,
  ]);
});

test('Only what was done counts.', () => {
  for (const ms of [0, 10, 20, 30]) {
    now = ms;
    expect(rewrites.waitMs('a to b')).toBeUndefined();
  }
});
