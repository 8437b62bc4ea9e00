import { expect, test } from '@jest/globals';
import { judgeDisruption } from './disruption-budgets.ts';

const pod = { metadata: { labels: { app: 'web' } } };
const all = {};
const others = { matchLabels: { app: 'api' } };
const budget = (selector: unknown, status: object, generation = 2) => ({
  metadata: { generation },
  spec: { selector },
  status: { observedGeneration: 2, ...status },
});

test.each<[string, unknown, object]>([
  ['no budget', [], { kind: 'free' }],
  ['no list', null, { kind: 'free' }],
  ['a budget of other labels', [budget(others, { disruptionsAllowed: 0 })], { kind: 'free' }],
  ['a budget without a selector', [budget(undefined, { disruptionsAllowed: 0 })], { kind: 'free' }],
  ['one that allows two', [budget(all, { disruptionsAllowed: 2 })], { kind: 'bounded', allowed: 2 }],
  ['one that allows none', [budget(all, { disruptionsAllowed: 0 })], { kind: 'refused' }],
  ['one that allows less than none', [budget(all, { disruptionsAllowed: -1 })], { kind: 'refused' }],
  ['one that was not counted yet', [{ metadata: { generation: 1 }, spec: { selector: all } }], { kind: 'refused' }],
  ['one that was changed since it was counted', [budget(all, { disruptionsAllowed: 1 }, 3)], { kind: 'refused' }],
  [
    'two that allow one each: the API server evicts no pod of two budgets',
    [budget(all, { disruptionsAllowed: 1 }), budget(all, { disruptionsAllowed: 1 })],
    { kind: 'refused' },
  ],
  [
    'one of it and one of others',
    [budget(others, { disruptionsAllowed: 0 }), budget(all, { disruptionsAllowed: 1 })],
    { kind: 'bounded', allowed: 1 },
  ],
])('%s', (_, budgets, expected) => {
  expect(judgeDisruption(pod, budgets)).toMatchObject(expected);
});
