import { expect, test } from '@jest/globals';
import { withOwnOptions } from './jest.ts';

const own = ['--verbose', '--maxWorkers=3', '--testTimeout=30000'];

test.each<[readonly string[], readonly string[]]>([
  [[], own],
  [
    ['--testPathPatterns', 'gate'],
    [...own, '--testPathPatterns', 'gate'],
  ],
  [['--maxWorkers=1'], ['--verbose', '--testTimeout=30000', '--maxWorkers=1']],
  [
    ['--maxWorkers', '1'],
    ['--verbose', '--testTimeout=30000', '--maxWorkers', '1'],
  ],
  [['--max-workers=1'], ['--verbose', '--testTimeout=30000', '--max-workers=1']],
  [
    ['-w', '1'],
    ['--verbose', '--testTimeout=30000', '-w', '1'],
  ],
  [['--runInBand'], ['--verbose', '--testTimeout=30000', '--runInBand']],
  [['-i'], ['--verbose', '--testTimeout=30000', '-i']],
  [['--no-verbose'], ['--maxWorkers=3', '--testTimeout=30000', '--no-verbose']],
  [
    ['--testTimeout=5', '--maxWorkers=50%'],
    ['--verbose', '--testTimeout=5', '--maxWorkers=50%'],
  ],
])('What a person gives (%j) comes in the place of what a part of the tests chooses.', (given, all) => {
  expect(withOwnOptions(own, given)).toEqual(all);
});
