import { expect, test } from '@jest/globals';
import { createHealthByRule } from './health-rules.ts';

const byRule = createHealthByRule([
  { range: '10.200.1.0/24', health: 'Dead' },
  { range: '10.200.0.0/16', health: 'Alive' },
]);

test.each([
  ['10.200.1.9', false],
  ['10.200.2.9', true],
  ['10.201.0.1', undefined],
])('the first range that has %s decides: %s', (ip, expected) => {
  expect(byRule(ip)).toBe(expected);
});
