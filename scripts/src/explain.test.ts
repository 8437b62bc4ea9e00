import { expect, test } from '@jest/globals';
import { UsageError } from '@clb-direct/cluster/usage-error.ts';
import { explain } from './explain.ts';

test('A wrong command line is told in one line that names --help, with exit code 2.', () => {
  expect(explain(new UsageError('nothing of the kind'), 'scripts/x')).toEqual({
    lines: ['scripts/x: nothing of the kind; --help tells more'],
    code: 2,
  });
});

test('Other errors are told in their own words, with exit code 1.', () => {
  expect(explain(new Error('no room'), 'scripts/x')).toEqual({ lines: ['scripts/x: no room'], code: 1 });
  expect(explain('odd', 'scripts/x')).toEqual({ lines: ['scripts/x: odd'], code: 1 });
});
