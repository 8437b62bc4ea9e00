import { expect, test } from '@jest/globals';
import { LookPauses } from './look-pauses.ts';

const limits = { firstMs: 10_000, mostMs: 300_000 };

test('each pause is twice as long as the one before, up to minutes', () => {
  const pauses = new LookPauses(limits);
  const all = Array.from({ length: 8 }, () => pauses.failed('lb-1', 0.999_999));
  expect(all).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
});

test('many do not come back at once', () => {
  const pauses = new LookPauses(limits);
  expect(pauses.failed('lb-1', 0)).toBe(7_500);
});

test('a changed owner ends the pause, but only a look shows that the cloud refuses no more', () => {
  const pauses = new LookPauses(limits);
  pauses.noteRefused('lb-1');
  pauses.failed('lb-1', 0);
  pauses.endPause('lb-1');
  expect([pauses.isPaused('lb-1'), pauses.isRefused('lb-1')]).toEqual([false, true]);
  pauses.forget('lb-1');
  expect(pauses.isRefused('lb-1')).toBe(false);
});

test('what is forgotten begins anew, and the others do not', () => {
  const pauses = new LookPauses(limits);
  for (const id of ['lb-1', 'lb-2', 'lb-1', 'lb-2']) pauses.failed(id, 0);
  pauses.forget('lb-1');
  expect([pauses.isPaused('lb-1'), pauses.isPaused('lb-2')]).toEqual([false, true]);
  expect(pauses.failed('lb-1', 0)).toBeLessThan(pauses.failed('lb-2', 0));
});

test('a CLB that is absent for years is still looked at', () => {
  const pauses = new LookPauses(limits);
  for (let count = 0; count < 2_000; count += 1) expect(pauses.failed('lb-1', 0.5)).toBeLessThanOrEqual(300_000);
});
