import { expect, test } from '@jest/globals';
import { aService } from '../../../testing/builders.ts';
import type { TargetWeights } from '../../model/chosen-weight.ts';
import { readService } from './read-service.ts';

const name = 'service.cloud.tencent.com/lb-rs-weight';

function read(text: string | undefined) {
  const annotations: Record<string, string> = text === undefined ? {} : { [name]: text };
  const { bindings, findings, notices } = readService(aService({ annotations }));
  expect(findings).toEqual([]);
  const [binding] = bindings;
  const weights = binding?.backends.mode === 'pods' ? binding.backends.weights : undefined;
  return { weights, messages: notices.map(({ message }) => message) };
}

const group = (weights: unknown, key: unknown = { proto: 'TCP', port: 80 }) =>
  JSON.stringify({ defaultWeight: 20, groups: [{ key, statefulSets: [{ name: 'web', weights }] }] });

test.each<[string, string | undefined, TargetWeights | undefined]>([
  ['no annotation', undefined, undefined],
  ['an empty object', '{}', { default: undefined, byPod: {} }],
  ['a default alone', '{"defaultWeight":0}', { default: 0, byPod: {} }],
  [
    'weights of ordinals',
    group([
      { weight: 0, podIndexes: [0, 2] },
      { weight: 100, podIndexes: [1] },
    ]),
    { default: 20, byPod: { 'web-0': 0, 'web-2': 0, 'web-1': 100 } },
  ],
  ['another port', group([{ weight: 0, podIndexes: [0] }], { proto: 'TCP', port: 81 }), { default: 20, byPod: {} }],
  ['another protocol', group([{ weight: 0, podIndexes: [0] }], { proto: 'UDP', port: 80 }), { default: 20, byPod: {} }],
])('With %s the weights of a port are read, and nothing is reported.', (_, text, weights) => {
  expect(read(text)).toEqual({ weights, messages: [] });
});

test.each<[string, TargetWeights, string]>([
  ['10', { default: undefined, byPod: {} }, 'it is no JSON object'],
  ['{"defaultWeight":', { default: undefined, byPod: {} }, 'it is no JSON object'],
  [
    '{"defaultWeight":101}',
    { default: undefined, byPod: {} },
    'defaultWeight is 101; write a whole number from 0 to 100',
  ],
  [
    group([
      { weight: -1, podIndexes: [0] },
      { weight: 5, podIndexes: [1] },
    ]),
    { default: 20, byPod: { 'web-1': 5 } },
    'groups[0].statefulSets[0].weights[0].weight is -1; write a whole number from 0 to 100',
  ],
  [
    group([{ weight: 5, podIndexes: ['x', 1] }]),
    { default: 20, byPod: { 'web-1': 5 } },
    'groups[0].statefulSets[0].weights[0].podIndexes has "x"; write whole numbers from 0',
  ],
  [
    group([], { port: 80 }),
    { default: 20, byPod: {} },
    'groups[0].key is {"port":80}; write {"proto": "TCP", "port": 80}',
  ],
  [
    '{"groups":[{"key":{"proto":"TCP","port":80},"statefulSets":[{}]}]}',
    { default: undefined, byPod: {} },
    'groups[0].statefulSets[0].name is missing; write a name',
  ],
])('What is wrong in %s is reported with its path, and the rest counts.', (text, weights, problem) => {
  const message = `Annotation ${name}: ${problem}. The rest of it counts.`;
  expect(read(text)).toEqual({ weights, messages: [message] });
});

test('However much is wrong, the message is bounded.', () => {
  const weights = Array.from({ length: 999 }, () => ({ weight: 'x'.repeat(9_999), podIndexes: [0] }));
  const [message = ''] = read(group(weights)).messages;
  expect(message.length).toBeLessThan(2_000);
});
