import { expect, test } from '@jest/globals';
import { addTallies, failure, readJestTally } from './tally.ts';

test('Tallies add up.', () => {
  expect(addTallies([{ passed: 2, failed: 0 }, failure, { passed: 3, failed: 1 }])).toEqual({ passed: 5, failed: 2 });
});

test.each([
  ['a clean run', { numPassedTests: 7, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }, 0, { passed: 7, failed: 0 }],
  [
    'a failed test',
    { numPassedTests: 6, numFailedTests: 1, numRuntimeErrorTestSuites: 0 },
    1,
    { passed: 6, failed: 1 },
  ],
  [
    'a suite that did not load',
    { numPassedTests: 6, numFailedTests: 0, numRuntimeErrorTestSuites: 1 },
    1,
    { passed: 6, failed: 1 },
  ],
  ['an exit code that nothing explains', { numPassedTests: 6, numFailedTests: 0 }, 1, { passed: 6, failed: 1 }],
])('The report of %s is read.', (_name, report, code, tally) => {
  expect(readJestTally(JSON.stringify(report), code)).toEqual(tally);
});

test('A run that wrote no report is a failure.', () => {
  expect(readJestTally('', 1)).toEqual(failure);
});
