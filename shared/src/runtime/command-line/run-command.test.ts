import { expect, test } from '@jest/globals';
import { explain } from './run-command.ts';
import { parseOptions, UsageError } from './usage-error.ts';

test('A wrong command line is explained in one line that names --help, with exit code 2.', () => {
  expect(explain(new UsageError('nothing of the kind'), 'scripts/x')).toEqual({
    lines: ['scripts/x: nothing of the kind; see --help'],
    code: 2,
  });
});

test('Of what parseArgs says of an unknown option only the first sentence is printed.', () => {
  const problem = () => parseOptions({ args: ['--odd'], options: { even: { type: 'boolean' } } });
  expect(problem).toThrow(UsageError);
  try {
    problem();
  } catch (error) {
    expect(explain(error, 'x')).toEqual({ lines: [`x: Unknown option '--odd'; see --help`], code: 2 });
  }
});

test('Other errors are explained in their own words, with exit code 1.', () => {
  expect(explain(new Error('no room'), 'scripts/x')).toEqual({ lines: ['scripts/x: no room'], code: 1 });
  expect(explain('odd', 'scripts/x')).toEqual({ lines: ['scripts/x: odd'], code: 1 });
});
