import { expect, test } from '@jest/globals';
import { absenceAfter, type Absence } from './absence.ts';

const limits = { seenBeforeMs: 100, neverSeenMs: 1_000 };

/** Whether the CLB counts as deleted after answers at these times. */
function proven(isKnown: boolean, ...timesMs: number[]): boolean | undefined {
  let absence: Absence | undefined;
  for (const nowMs of timesMs) absence = absenceAfter({ absence, isKnown: isKnown && nowMs === 0 }, nowMs, limits);
  return absence?.isProven;
}

test('One answer proves nothing, nor do many at once.', () => {
  expect(proven(true, 0)).toBe(false);
  expect(proven(true, 0, 1, 2, 3, 4)).toBe(false);
});

test('Few answers prove nothing, however long they are apart.', () => {
  expect(proven(true, 0, 5_000)).toBe(false);
  expect(proven(false, 0, 5_000)).toBe(false);
});

test('A CLB that this process has seen counts as deleted sooner than one that it never saw.', () => {
  expect(proven(true, 0, 50, 100)).toBe(true);
  expect(proven(false, 0, 50, 100)).toBe(false);
  expect(proven(false, 0, 50, 100, 1_000)).toBe(true);
});
