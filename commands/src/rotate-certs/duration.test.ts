import { expect, test } from '@jest/globals';
import { parseDuration, formatDuration } from './duration.ts';

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['250ms', 250],
  ['1m1ms', 60_001],
  ['0s', 0],
])('%s is understood.', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', '-5s', '5 s', '1.5h', 's', '5S', '5s,', '99999999999999999d'])('"%s" is not.', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [8_400, '8 s'],
  [60_000, '1 min'],
  [734_000, '12 min 14 s'],
  [7_260_000, '2 h 1 min'],
  [86_400_000, '24 h'],
  [2 * 86_400_000 + 3_600_000, '2 d 1 h'],
  [364 * 86_400_000, '364 d'],
])('%d ms are written as %s.', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
