import { expect, test } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';

test('Without options every row runs with 20,000 requests, and resumes.', () => {
  expect(parseCommandLine([])).toMatchObject({ kind: 'prove', words: [], requests: 20_000, isAgain: false });
});

test('Rows, numbers and files are taken.', () => {
  const args = [
    '--requests',
    '500',
    '--per-second=20',
    '--at-once=2',
    '--page',
    'docs/proof.md',
    '--again',
    'control',
    'udp',
  ];
  expect(parseCommandLine(args)).toMatchObject({
    ...{ words: ['control', 'udp'], requests: 500, perSecond: 20, atOnce: 2, page: 'docs/proof.md', isAgain: true },
  });
  expect(parseCommandLine(['--report'])).toMatchObject({ isReport: true, isAgain: false });
  expect(parseCommandLine(['--list'])).toEqual({ kind: 'list' });
  expect(parseCommandLine(['-h'])).toEqual({ kind: 'help' });
});

test.each([['--requests', '0'], ['--per-second', 'many'], ['--rows']])(
  'What cannot be read is refused: %s %s',
  (...args) => {
    expect(() => parseCommandLine(args)).toThrow();
  },
);
