import { expect, test } from '@jest/globals';
import { createPulse } from './liveness.ts';

test('a loop that ends no turn for too long is told, until it ends one or ends itself', () => {
  let nowMs = 0;
  const pulse = createPulse({ limitMs: 100, monotonicMs: () => nowMs });
  pulse.beat('hold');
  nowMs = 100;
  pulse.beat('follow');
  expect(pulse.problems()).toEqual([]);
  nowMs = 101;
  expect(pulse.problems()).toEqual(['the loop "hold" has not ended a turn for 101 ms']);
  pulse.beat('hold');
  expect(pulse.problems()).toEqual([]);
  nowMs = 1_000;
  pulse.end('follow');
  pulse.end('hold');
  expect(pulse.problems()).toEqual([]);
});
