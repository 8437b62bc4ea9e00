import { describe, expect, test } from '@jest/globals';
import { parseCommand } from './arguments.ts';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

describe('up', () => {
  test('asks for one node of the newest version named local, if nothing is said', () => {
    const request = {
      name: 'local',
      nodes: 1,
      kubernetes: '1.36',
      controlPlaneOnly: false,
      audit: false,
      dualStack: false,
    };
    expect(parseCommand(['up'])).toEqual({ kind: 'up', request, attach: false });
  });

  test('takes the name from the environment, and an option beats it', () => {
    expect(parseCommand(['up'], 'ci')).toMatchObject({ request: { name: 'ci' } });
    expect(parseCommand(['up', '--name', 'mine'], 'ci')).toMatchObject({ request: { name: 'mine' } });
  });

  test('refuses an old version with nodes, because old kubelets are not built', () => {
    expect(() => parseCommand(['up', '--kubernetes', '1.24'])).toThrow('add --control-plane-only');
    expect(parseCommand(['up', '--kubernetes', '1.24', '--control-plane-only'])).toMatchObject({
      request: { kubernetes: '1.24', controlPlaneOnly: true },
    });
  });

  test.each([
    [['up', '--nodes', '3'], '--nodes is "3", expected 1 or 2'],
    [['up', '--kubernetes', '1.30'], '--kubernetes is "1.30", expected 1.36 or 1.24'],
    [['up', '--name', '../etc'], 'the cluster\'s name is "../etc"'],
    [['up', '--nmae', 'x'], "up: Unknown option '--nmae'"],
    [['start'], 'unknown command "start", expected one of up, down'],
    [['constructor'], 'unknown command "constructor"'],
    [['exec', '--in', 'moon', '--', 'ls'], '--in is "moon", expected node or node2 or cloud or client'],
    [['exec', '--in', 'cloud'], 'expected -- COMMAND'],
    [['load'], 'expected IMAGE.tar'],
    [['pin', '1.36'], 'expected an exact one such as 1.36.3'],
  ])('%j is refused with what to write instead', (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});

test('exec leaves the options of the command alone', () => {
  expect(parseCommand(['exec', '--in', 'client', '--', 'curl', '--help'])).toEqual({
    kind: 'exec',
    name: 'local',
    place: 'client',
    command: ['curl', '--help'],
  });
});

describe('kubectl', () => {
  test('hands every argument on', () => {
    const args = ['get', 'pods', '-o', 'wide', '--', '--name'];
    expect(parseCommand(['kubectl', ...args], 'ci')).toEqual({ kind: 'kubectl', name: 'ci', args });
  });

  test('takes the cluster when it comes first, in both spellings', () => {
    const expected = { kind: 'kubectl', name: 'two', args: ['get', 'nodes'] };
    expect(parseCommand(['kubectl', '--cluster', 'two', 'get', 'nodes'])).toEqual(expected);
    expect(parseCommand(['kubectl', '--cluster=two', 'get', 'nodes'])).toEqual(expected);
  });
});

test.each([
  [['up', '--help'], 'up'],
  [['exec', '-h'], 'exec'],
  [['kubectl', '--help'], 'kubectl'],
  [['help', 'load'], 'load'],
  [[], undefined],
])('%j asks for help', (argv, topic) => {
  expect(parseCommand(argv)).toEqual({ kind: 'help', topic });
});
