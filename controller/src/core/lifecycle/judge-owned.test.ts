import { expect, test } from '@jest/globals';
import { nextLookMs } from './judge-owned.ts';

const times = { soonMs: 2_000, mostMs: 120_000 };

test.each([
  ['not known when', undefined, 2_000],
  ['just now', 1_000_000, 2_000],
  ['16 s ago', 984_000, 2_000],
  ['two minutes ago', 880_000, 15_000],
  ['an hour ago', 1_000_000 - 3_600_000, 120_000],
  ['in the future, as another clock says', 1_060_000, 2_000],
])('The CLB that was asked for %s (%j) is looked at again in %j ms.', (_, askedAtMs, expected) => {
  expect(nextLookMs({ askedAtMs }, 1_000_000, times)).toBe(expected);
});
