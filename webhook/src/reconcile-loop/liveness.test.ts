import { expect, test } from '@jest/globals';
import { createLiveness } from './liveness.ts';

test('a loop that finishes no run for too long is reported, until it finishes one or ends', () => {
  let nowMs = 0;
  const liveness = createLiveness({ limitMs: 100, monotonicMs: () => nowMs });
  liveness.ran('repair');
  nowMs = 100;
  liveness.ran('follow');
  expect(liveness.problems()).toEqual([]);
  nowMs = 101;
  expect(liveness.problems()).toEqual(['the loop "repair" has not finished a run for 101 ms']);
  liveness.ran('repair');
  expect(liveness.problems()).toEqual([]);
  nowMs = 1_000;
  liveness.ended('follow');
  liveness.ended('repair');
  expect(liveness.problems()).toEqual([]);
});
