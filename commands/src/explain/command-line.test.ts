import { expect, test } from '@jest/globals';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { parseCommandLine } from './command-line.ts';

test.each([
  [['pod/web-1'], { kind: 'pod', name: 'web-1', namespace: undefined }],
  [['po', 'web-1', '-n', 'shop'], { kind: 'pod', name: 'web-1', namespace: 'shop' }],
  [['SVC/web', '--context=test'], { kind: 'service', name: 'web', context: 'test' }],
  [['ingresses/web', '--kubeconfig', '/k'], { kind: 'ingress', name: 'web', kubeconfigPath: '/k' }],
])('%j is read as kubectl reads it.', (args, order) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'explain', order });
});

test.each([[[]], [['web-1']], [['pod/']], [['pod/a', 'pod/b']], [['deployment/web']], [['--odd']]])(
  '%j is wrong usage.',
  (args) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
  },
);
