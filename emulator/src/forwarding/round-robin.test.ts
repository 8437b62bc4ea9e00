import { expect, test } from '@jest/globals';
import { planRoundRobin } from './round-robin.ts';

const counts = (order: number[]) => Object.values(Object.groupBy(order, String)).map((own) => own?.length ?? 0);

test('targets of equal weight come one after the other, whatever the weight is', () => {
  expect(planRoundRobin([10, 10, 10], 100)).toEqual([0, 1, 2]);
  expect(planRoundRobin([100, 100], 100)).toEqual([0, 1]);
});

test('different weights come as often as they say, spread evenly', () => {
  expect(planRoundRobin([10, 20], 100)).toEqual([1, 0, 1]);
  expect(planRoundRobin([50, 10, 10], 100)).toEqual([0, 0, 1, 0, 2, 0, 0]);
});

test('a round that would be too long is shortened: every target stays, in nearly the same proportion', () => {
  const order = planRoundRobin([100, 99, 1], 50);
  expect(counts(order)).toEqual([25, 25, 1]);
});

test('without targets the round is empty', () => {
  expect(planRoundRobin([], 100)).toEqual([]);
});
