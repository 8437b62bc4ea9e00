import { expect, test } from '@jest/globals';
import { countsEmptySelectors } from './read-budgets.ts';

// As in pkg/registry/core/pod/storage/eviction.go of each.
test.each([
  ['v1.24.17', false],
  ['v1.26.15', false],
  ['v1.27.6', false],
  ['v1.27.7', true],
  ['v1.28.2', false],
  ['v1.28.3-tke.5', true],
  ['v1.29.0', true],
  ['v1.36.3', true],
  ['v2.0.0', true],
  [undefined, true],
])('An API server %s counts a budget with an empty selector: %s', (gitVersion, expected) => {
  expect(countsEmptySelectors({ gitVersion })).toBe(expected);
});
