import { expect, test } from '@jest/globals';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { parseCommandLine } from './command-line.ts';

test.each([
  [['service/web'], { kind: 'Service', name: 'web', namespace: undefined, yes: false }],
  [['ingress/site'], { kind: 'Ingress', name: 'site' }],
  [['ing', 'site'], { kind: 'Ingress', name: 'site' }],
  [['svc', 'web', '-n', 'shop'], { name: 'web', namespace: 'shop' }],
  [['Services/web', '--namespace=shop', '-y', '--load-balancer', 'lb-1'], { yes: true, balancerId: 'lb-1' }],
])('%j is read as kubectl reads it.', (args, order) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'adopt', order });
});

test.each([[[]], [['web']], [['service/']], [['service/web', 'service/side']], [['pod/web']], [['--odd']]])(
  '%j is wrong usage.',
  (args) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
  },
);
