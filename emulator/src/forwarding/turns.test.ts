import { expect, test } from '@jest/globals';
import { planTurns } from './turns.ts';

const counts = (turns: number[]) => Object.values(Object.groupBy(turns, String)).map((own) => own?.length ?? 0);

test('equal weights take turns one by one, whatever the weight is', () => {
  expect(planTurns([10, 10, 10], 100)).toEqual([0, 1, 2]);
  expect(planTurns([100, 100], 100)).toEqual([0, 1]);
});

test('different weights come as often as they say, spread evenly', () => {
  expect(planTurns([10, 20], 100)).toEqual([1, 0, 1]);
  expect(planTurns([50, 10, 10], 100)).toEqual([0, 0, 1, 0, 2, 0, 0]);
});

test('a round that would be too long keeps its proportions nearly and everybody a turn', () => {
  const turns = planTurns([100, 99, 1], 50);
  expect(counts(turns)).toEqual([25, 25, 1]);
});

test('nobody has no turns', () => {
  expect(planTurns([], 100)).toEqual([]);
});
