import { beforeEach, expect, test } from '@jest/globals';
import { createContention, type Contention } from './contention.ts';

let nowMs: number;
let contention: Contention;
beforeEach(() => {
  nowMs = 1_000_000;
  contention = createContention(() => nowMs);
});

/** Another writer changes it at once, and it is repaired as soon as it may be. Returns the pauses. */
function contend(drift: string, rounds: number): number[] {
  return Array.from({ length: rounds }, () => {
    const waitMs = contention.waitMs('registration', [drift]);
    nowMs += waitMs;
    contention.repaired('registration', [drift]);
    return waitMs;
  });
}

test('what is changed now and then is repaired at once', () => {
  expect(contend('timeoutSeconds', 5)).toEqual([0, 0, 0, 0, 0]);
  nowMs += 300_001;
  expect(contention.waitMs('registration', ['timeoutSeconds'])).toBe(0);
});

test('what is changed again and again is repaired with growing pauses, up to half a minute', () => {
  const pauses = contend('timeoutSeconds', 13);
  expect(pauses.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 0, 2_000, 4_000, 8_000]);
  expect(pauses.slice(10)).toEqual([30_000, 30_000, 30_000]);
});

test.each(['missing', 'entry', 'caBundle'])('%s never waits for longer than a second', (drift) => {
  expect(Math.max(...contend(drift, 30))).toBe(1_000);
});

test('a contested field delays no other one', () => {
  contend('timeoutSeconds', 8);
  expect(contention.waitMs('registration', ['timeoutSeconds'])).toBeGreaterThan(0);
  expect(contention.waitMs('registration', ['timeoutSeconds', 'rules'])).toBe(0);
  expect(contention.waitMs('service', ['timeoutSeconds'])).toBe(0);
});

test('a field is contested from the sixth repair within five minutes on', () => {
  const repaired = Array.from({ length: 7 }, () => contention.repaired('registration', ['rules', 'labels']));
  expect(repaired.slice(0, 5).flat()).toEqual([]);
  expect(repaired.slice(5)).toEqual([
    ['rules', 'labels'],
    ['rules', 'labels'],
  ]);
  nowMs += 299_999;
  expect(contention.repaired('registration', ['rules'])).toEqual(['rules']);
  nowMs += 2;
  const later = Array.from({ length: 6 }, () => contention.repaired('registration', ['rules']));
  expect(later.flat()).toEqual(['rules', 'rules']);
});
