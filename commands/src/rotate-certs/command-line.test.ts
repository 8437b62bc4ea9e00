import { expect, test } from '@jest/globals';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { parseCommandLine } from './command-line.ts';

const parse = (line: string, env: Record<string, string> = {}) =>
  parseCommandLine(line === '' ? [] : line.split(' '), env);
const usual = { namespace: 'clb-direct', secretName: 'clb-direct-webhook-certs' };

test.each(['', 'help', '--help', '-h', 'status --help', 'rotate -h', 'import --help'])(
  '"%s" asks for help.',
  (line) => {
    expect(parse(line)).toEqual({ kind: 'help' });
  },
);

test('A rotation is of the leaf, and is watched for ten minutes by default.', () => {
  expect(parse('rotate')).toEqual({
    kind: 'rotate',
    order: { location: usual, kind: 'leaf', wait: false, timeoutMs: 600_000, dryRun: false },
  });
  expect(parse('rotate --ca --reason why --settle 2m --wait --dry-run')).toMatchObject({
    order: { kind: 'ca', reason: 'why', settleMs: 120_000, wait: true, timeoutMs: 48 * 3_600_000, dryRun: true },
  });
  expect(parse('rotate --ca --wait --timeout 5s')).toMatchObject({ order: { timeoutMs: 5_000 } });
});

test('A CA to be imported comes in two files.', () => {
  expect(parse('import --ca-cert a.pem --ca-key -')).toMatchObject({
    order: { kind: 'import', files: { certificate: 'a.pem', key: '-' } },
  });
});

test('In the pod its environment says where the certificates lie; the command line wins.', () => {
  const env = { POD_NAMESPACE: 'mine', WEBHOOK_SECRET_NAME: 'certs' };

  expect(parse('status --json', env)).toEqual({
    kind: 'status',
    json: true,
    location: { namespace: 'mine', secretName: 'certs' },
  });
  expect(parse('status -n other --secret s --context c --kubeconfig k', env)).toMatchObject({
    location: { namespace: 'other', secretName: 's', context: 'c', kubeconfigPath: 'k' },
  });
});

test.each([
  ['turn', 'there is no command "turn"'],
  ['rotate --force', "rotate: Unknown option '--force'"],
  ['rotate --settle 5m', '--settle says how long an old CA stays trusted, so it needs --ca'],
  ['rotate --ca --settle soon', '--settle takes a time such as'],
  ['rotate --ca --settle 366d', '--settle takes a time of at most 365d'],
  ['rotate --timeout 0s', '--timeout takes a time between 1s and 24d'],
  ['rotate --timeout 25d', '--timeout takes a time between 1s and 24d'],
  ['import --ca-cert a.pem', 'write --ca-cert FILE and --ca-key FILE'],
  ['status -n UPPER', '--namespace is no name of Kubernetes: "UPPER"'],
  ['status --secret a/b', '--secret is no name of Kubernetes'],
  ['status now', 'status: Unexpected argument'],
])('"%s" is refused.', (line, problem) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(problem);
});

test.each(['', '   ', 'two\nlines', 'x'.repeat(201)])('The reason %j is refused.', (reason) => {
  expect(() => parseCommandLine(['rotate', '--reason', reason], {})).toThrow('--reason takes one line');
});
