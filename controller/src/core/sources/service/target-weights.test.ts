import { expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aPort, aService, weightsOf } from '../../../testing/builders.ts';
import type { TargetWeights } from '../../model/chosen-weight.ts';
import { readService } from './read-service.ts';

const name = 'service.cloud.tencent.com/lb-rs-weight';

function read(text: string | undefined) {
  const annotations: Record<string, string> = text === undefined ? {} : { [name]: text };
  const { bindings, findings, notices } = readService(aService({ annotations }));
  expect(findings).toEqual([]);
  return { weights: weightsOf(bindings[0]?.backends), messages: notices.map(({ message }) => message) };
}

const problems = (text: string) =>
  read(text).messages.map((message) => /: (.*)\. The rest of it counts\.$/.exec(message)?.[1]);

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
  [
    JSON.stringify({ groups: [{ key: { proto: 'TCP', port: 80 }, statefulSets: [{ name: 'n'.repeat(254) }] }] }),
    { default: undefined, byPod: {} },
    `groups[0].statefulSets[0].name is "${'n'.repeat(58)}…; write a name`,
  ],
  [
    `{"groups":[${' '.repeat(19_989)}]}`,
    { default: undefined, byPod: {} },
    'it has 20002 letters; write at most 20000',
  ],
])('What is wrong in %s is reported with its path, and the rest counts.', (text, weights, problem) => {
  const message = `Annotation ${name}: ${problem}. The rest of it counts.`;
  expect(read(text)).toEqual({ weights, messages: [message] });
});

test.each([
  [{ proto: 'TCP', port: 81 }, 'groups[0] is about TCP 81, and the Service has TCP 80'],
  [{ proto: 'UDP', port: 80 }, 'groups[0] is about UDP 80, and the Service has TCP 80'],
  [{ proto: 'tcp', port: 80 }, 'groups[0] is about tcp 80, and the Service has TCP 80'],
  [{ proto: 'TCP_SSL', port: 80 }, 'groups[0] is about TCP_SSL 80, and the Service has TCP 80'],
])('A group for %j, which is no listener of the Service, is told, and the rest counts.', (key, problem) => {
  const text = group([{ weight: 0, podIndexes: [0] }], key);
  expect(problems(text)).toEqual([problem]);
  expect(read(text).weights).toEqual({ default: 20, byPod: {} });
});

const inSet = (fields: object) => [
  { key: { proto: 'TCP', port: 80 }, statefulSets: [{ name: 'web', weights: [], ...fields }] },
];

test.each<[object, string]>([
  [{ groups: { key: 1 } }, 'groups is {"key":1}; write a list'],
  [{ groups: null }, 'groups is null; write a list'],
  [{ defaultWieght: 3 }, 'defaultWieght means nothing; write defaultWeight or groups'],
  [
    { groups: [{ key: { proto: 'TCP', port: 80 }, statefulSet: [] }] },
    'groups[0].statefulSet means nothing; write key or statefulSets, groups[0].statefulSets is missing; write a list',
  ],
  [
    { groups: [{ key: { proto: 'TCP', port: 80, host: 'a' }, statefulSets: [] }] },
    'groups[0].key.host means nothing; write proto or port',
  ],
  [{ groups: inSet({ weights: 7 }) }, 'groups[0].statefulSets[0].weights is 7; write a list'],
  [{ groups: inSet({ uid: 7 }) }, 'groups[0].statefulSets[0].uid means nothing; write name or weights'],
  [
    { groups: inSet({ weights: [{ weight: 1, podIndexes: 0 }] }) },
    'groups[0].statefulSets[0].weights[0].podIndexes is 0; write a list',
  ],
  [
    { groups: inSet({ weights: [{ weight: 1, podIndexes: [], pod: 0 }] }) },
    'groups[0].statefulSets[0].weights[0].pod means nothing; write weight or podIndexes',
  ],
])('%j is told: nothing of it is without effect and without a word.', (json, problem) => {
  expect(problems(JSON.stringify(json))).toEqual([problem]);
});

const set = (pod: string, weight: number) => [{ name: pod, weights: [{ weight, podIndexes: [0] }] }];

/** By listener, the weights of a port that TCP/443 of the Service has, and what is told. */
function specified(entry: object, groups: readonly [proto: string, weight: number][]) {
  const weights = groups.map(([proto, weight]) => ({ key: { proto, port: 443 }, statefulSets: set('web', weight) }));
  const annotations = {
    [annotation.specifyProtocol]: JSON.stringify({ 443: entry }),
    [name]: JSON.stringify({ groups: weights }),
  };
  const { bindings, notices } = readService(aService({ annotations, ports: [aPort({ port: 443 })] }));
  return {
    weights: bindings.map(({ place, backends }) => [place.protocol, weightsOf(backends)?.byPod['web-0']]),
    messages: notices.map(({ message }) => message),
  };
}

test.each<[object, [string, number][], unknown]>([
  [
    { protocol: ['TCP', 'UDP'] },
    [['TCP', 5]],
    [
      ['TCP', 5],
      ['UDP', undefined],
    ],
  ],
  [
    { protocol: ['TCP', 'UDP'] },
    [
      ['TCP', 5],
      ['UDP', 7],
    ],
    [
      ['TCP', 5],
      ['UDP', 7],
    ],
  ],
  [{ protocol: ['HTTP'] }, [['HTTP', 5]], [['HTTP', 5]]],
  [{ protocol: ['HTTP'] }, [['TCP', 5]], [['HTTP', 5]]],
  [{ protocol: ['TCP_SSL'], tls: 'cert' }, [['TCP_SSL', 5]], [['TCP_SSL', 5]]],
  [{ protocol: ['QUIC'], tls: 'cert' }, [['UDP', 5]], [['QUIC', 5]]],
])('At a port with %j the groups %j give each listener its own.', (entry, groups, weights) => {
  expect(specified(entry, groups)).toEqual({ weights, messages: [] });
});

test('While a port waits, of groups for a protocol that it may have nothing is told.', () => {
  expect(specified({ protocol: ['TCP_SSL'] }, [['TCP_SSL', 5]]).messages).toEqual([]);
});

test('However much is wrong, the message is bounded.', () => {
  const weights = Array.from({ length: 999 }, () => ({ weight: 'x'.repeat(9_999), podIndexes: [0] }));
  const [message = ''] = read(group(weights)).messages;
  expect(message.length).toBeLessThan(2_000);
});
