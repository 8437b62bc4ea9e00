import { beforeEach, expect, test } from '@jest/globals';
import { createFights, type Fights } from './contention.ts';

let nowMs: number;
let fights: Fights;
beforeEach(() => {
  nowMs = 1_000_000;
  fights = createFights(() => nowMs);
});

/** Another changes it at once, and it is repaired as soon as it may be. Returns the pauses. */
function fight(drift: string, rounds: number): number[] {
  return Array.from({ length: rounds }, () => {
    const waitMs = fights.waitMs('registration', [drift]);
    nowMs += waitMs;
    fights.repaired('registration', [drift]);
    return waitMs;
  });
}

test('what is changed now and then is repaired at once', () => {
  expect(fight('timeoutSeconds', 5)).toEqual([0, 0, 0, 0, 0]);
  nowMs += 300_001;
  expect(fights.waitMs('registration', ['timeoutSeconds'])).toBe(0);
});

test('what is changed again and again is repaired with growing pauses, up to half a minute', () => {
  const pauses = fight('timeoutSeconds', 13);
  expect(pauses.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 0, 2_000, 4_000, 8_000]);
  expect(pauses.slice(10)).toEqual([30_000, 30_000, 30_000]);
});

test.each(['missing', 'entry', 'caBundle'])('%s never waits for longer than a second', (drift) => {
  expect(Math.max(...fight(drift, 30))).toBe(1_000);
});

test('one field that is fought over holds no other one back', () => {
  fight('timeoutSeconds', 8);
  expect(fights.waitMs('registration', ['timeoutSeconds'])).toBeGreaterThan(0);
  expect(fights.waitMs('registration', ['timeoutSeconds', 'rules'])).toBe(0);
  expect(fights.waitMs('service', ['timeoutSeconds'])).toBe(0);
});

test('a fight is one from the sixth repair within five minutes on, and is news once in a while', () => {
  const fought = Array.from({ length: 7 }, () => fights.repaired('registration', ['rules', 'labels']));
  expect(fought.slice(0, 5).flatMap(({ contested }) => contested)).toEqual([]);
  expect(fought[5]).toEqual({ contested: ['rules', 'labels'], news: ['rules', 'labels'] });
  expect(fought[6]).toEqual({ contested: ['rules', 'labels'], news: [] });
  nowMs += 299_999;
  expect(fights.repaired('registration', ['rules'])).toEqual({ contested: ['rules'], news: [] });
  nowMs += 2;
  const later = Array.from({ length: 6 }, () => fights.repaired('registration', ['rules']).news);
  expect(later.flat()).toEqual(['rules']);
});
