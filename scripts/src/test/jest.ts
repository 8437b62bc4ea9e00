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

/** The options of a part of the tests, except those that a person gives, and then these. */
export function withOwnOptions(own: readonly string[], given: readonly string[]): readonly string[] {
  const names = new Set(given.map(nameOf));
  return [...own.filter((option) => !names.has(nameOf(option))), ...given];
}

/** Other names for what jest refuses, or takes as a list, when it is given twice. */
const aliases: Readonly<Record<string, string>> = {
  '-w': '--maxWorkers',
  '-i': '--maxWorkers',
  '--runInBand': '--maxWorkers',
};

function nameOf(argument: string): string {
  const [name = ''] = argument.split('=');
  const plain = name.replace(/^--no-/, '--').replace(/(?<=\w)-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return aliases[plain] ?? plain;
}
