import { expect, test } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';

test('Without arguments both policies are proved, three rounds each.', () => {
  expect(parseCommandLine([])).toEqual({ kind: 'prove', policies: ['Fail', 'Ignore'], rounds: 3 });
});

test('A policy and a number of rounds can be chosen.', () => {
  const asked = parseCommandLine(['--policy', 'Ignore', '--rounds', '12']);
  expect(asked).toEqual({ kind: 'prove', policies: ['Ignore'], rounds: 12 });
});

test.each([
  [['--policy', 'fail'], '--policy is "fail", expected Fail, Ignore or both'],
  [['--rounds', '0'], '--rounds is "0", expected a number from 1 to 999'],
  [['--turns', '3'], "Unknown option '--turns'"],
])('%j is refused with a word on what to write.', (args, problem) => {
  expect(() => parseCommandLine(args)).toThrow(problem);
});
