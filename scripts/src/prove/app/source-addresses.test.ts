import { expect, test } from '@jest/globals';
import { sourceAddresses } from './source-addresses.ts';

test('New connections come from each address in turn.', () => {
  const next = sourceAddresses(['203.0.113.10', '203.0.113.11']);
  expect(Array.from({ length: 4 }, () => next.next().value)).toEqual([
    '203.0.113.10',
    '203.0.113.11',
    '203.0.113.10',
    '203.0.113.11',
  ]);
});

test('Without an address beside that of the machine itself the system chooses.', () => {
  expect(sourceAddresses([]).next().value).toBeUndefined();
});
