import { expect, test } from '@jest/globals';
import { createRecentRequests } from './recent-requests.ts';

test('A request is new once, and again a minute later.', () => {
  let nowMs = 0;
  const recent = createRecentRequests(() => nowMs);
  expect([recent.isNew('a'), recent.isNew('a'), recent.isNew('b')]).toEqual([true, false, true]);
  nowMs = 60_000;
  expect(recent.isNew('a')).toBe(true);
});

test('However many come, no more than 10,000 are kept.', () => {
  const recent = createRecentRequests(() => 0);
  for (let number = 0; number < 20_000; number += 1) recent.isNew(String(number));
  expect(recent.isNew('1')).toBe(true);
  expect(recent.isNew('19999')).toBe(false);
});
