import { join } from 'node:path';
import { root } from '../stack/stack.ts';

/** The command line of the test runner. Its workers inherit the flag: tests make much garbage and keep little. */
export const jest: readonly string[] = [
  process.execPath,
  '--max-semi-space-size=64',
  join(root, 'node_modules/jest/bin/jest.js'),
];

/** What whole-system tests need: they take minutes, and must not wait for what they left open. */
export const wholeSystem = ['--verbose', '--forceExit', '--testTimeout=420000'] as const;
