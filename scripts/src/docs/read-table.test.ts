import { expect, test } from '@jest/globals';
import { quotedIn, readTable } from './read-table.ts';

test('A table is read cell by cell, up to the line after it.', () => {
  const rows = readTable('operations.md', "## The gate's condition");
  expect(rows[0]).toEqual(['True', '`LoadBalancerNetworkGroupReady`', expect.any(String)]);
  expect(rows.at(-1)?.[1]).toBe('`LoadBalancerNotReady`');
});

test('A heading that is not there is an error.', () => {
  expect(() => readTable('operations.md', '## Nothing')).toThrow('has no heading "## Nothing"');
});

test('The table of events has one row for each reason, and each only once.', () => {
  const reasons = readTable('operations.md', '## Events').map(([reason = '']) => quotedIn(reason));
  expect(reasons.filter((quoted) => quoted.length !== 1)).toEqual([]);
  expect(new Set(reasons.flat()).size).toBe(reasons.length);
  expect(reasons.length).toBeGreaterThan(40);
});
