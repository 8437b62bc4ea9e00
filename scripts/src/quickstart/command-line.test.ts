import { expect, test } from '@jest/globals';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { explain } from '../explain.ts';
import { parseCommandLine } from './command-line.ts';

test('The name comes from the option, else from the environment, else it is local.', () => {
  expect(parseCommandLine([])).toEqual({ kind: 'up', name: 'local' });
  expect(parseCommandLine([], 'ci')).toEqual({ kind: 'up', name: 'ci' });
  expect(parseCommandLine(['--down', '--name', 'mine'], 'ci')).toEqual({ kind: 'down', name: 'mine' });
  expect(parseCommandLine(['-h', '--down'])).toEqual({ kind: 'help' });
});

test.each([
  [['--name', '../../precious', '--down']],
  [['--name', '']],
  [['--bogus']],
  [['--name', '--down']],
  [['up']],
])('%j is refused in one line.', (args) => {
  expect(() => parseCommandLine(args)).toThrow(UsageError);
  try {
    parseCommandLine(args);
  } catch (error) {
    const { lines, code } = explain(error, 'scripts/quickstart');
    expect([lines.length, code, lines.join('').includes('\n')]).toEqual([1, 2, false]);
  }
});
