import { expect, test } from '@jest/globals';
import { clockSkewed } from './clock-skew.ts';

test.each([undefined, 0, 60_000, -60_000])('A clock that is off by %s ms is good enough.', (offsetMs) => {
  expect(clockSkewed('one', offsetMs)).toBeUndefined();
});

test('A clock that is off by more than a minute is reported, with its direction.', () => {
  expect(clockSkewed('one', 600_000)).toMatchObject({ severity: 'Warning', reason: 'ClockSkewed' });
  expect(clockSkewed('one', 600_000)?.message).toContain("pod one is about 10 min behind the API server's");
  expect(clockSkewed('one', -61_000)?.message).toContain("about 1 min ahead of the API server's");
});
