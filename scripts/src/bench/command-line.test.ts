import { expect, test } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';

test('Seven rounds of three seconds, unless something else is asked for.', () => {
  expect(parseCommandLine(['webhook'])).toEqual({ kind: 'webhook', rounds: 7, seconds: 3, pods: 30 });
  expect(parseCommandLine(['webhook', '--rounds', '9', '--seconds', '1'])).toMatchObject({ rounds: 9, seconds: 1 });
  expect(parseCommandLine(['emulator'])).toEqual({ kind: 'emulator', rounds: 7, seconds: 3, pods: 30 });
  expect(parseCommandLine(['rollout'])).toMatchObject({ kind: 'rollout', rounds: 3, pods: 30 });
  expect(parseCommandLine(['rollout', '--pods', '10'])).toMatchObject({ pods: 10 });
  expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
});

test.each([
  [[], 'say which benchmark: webhook, emulator or rollout'],
  [['foo'], 'there is no benchmark "foo": say which benchmark: webhook, emulator or rollout'],
  [['webhook', '--rounds', '0'], '--rounds 0 is no number from 1 to 9999'],
  [['webhook', '--quick'], "Unknown option '--quick'"],
])('%j: %s', (args, problem) => {
  expect(() => parseCommandLine(args)).toThrow(problem);
});
