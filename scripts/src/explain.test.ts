import { expect, test } from '@jest/globals';
import { UnfitMachine } from '@clb-direct/cluster/checks/all.ts';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { explain } from './explain.ts';

test('Of a machine that cannot run a cluster each problem is a line.', () => {
  expect(explain(new UnfitMachine(['no root', 'no Go']), 'scripts/x')).toEqual({
    lines: ['scripts/x: no root', 'scripts/x: no Go'],
    code: 1,
  });
});

test('Other errors are explained as in every command.', () => {
  expect(explain(new UsageError('nothing of the kind'), 'scripts/x').code).toBe(2);
  expect(explain(new Error('no room'), 'scripts/x')).toEqual({ lines: ['scripts/x: no room'], code: 1 });
});
