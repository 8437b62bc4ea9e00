import { expect, test } from '@jest/globals';
import { spreadOf } from './statistics.ts';

test.each([
  [[3, 1, 20], { median: 3, min: 1, max: 20 }],
  [[4, 1, 2, 100], { median: 3, min: 1, max: 100 }],
  [[5], { median: 5, min: 5, max: 5 }],
])('%j', (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});
