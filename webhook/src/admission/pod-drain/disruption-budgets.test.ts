import { expect, test } from '@jest/globals';
import { judgeDisruption } from './disruption-budgets.ts';

const podWith = (status: string) => ({
  metadata: { labels: { app: 'web' } },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
});
const pod = podWith('True');
const pending = { ...pod, status: { ...pod.status, phase: 'Pending' } };
const all = {};
const others = { matchLabels: { app: 'api' } };
const budget = (selector: unknown, status: object, generation = 2) => ({
  metadata: { name: 'web', generation },
  spec: { selector },
  status: { observedGeneration: 2, ...status },
});

test.each<[string, unknown, object]>([
  ['no budget', [], { kind: 'free' }],
  ['no list', null, { kind: 'free' }],
  ['a budget of other labels', [budget(others, { disruptionsAllowed: 0 })], { kind: 'free' }],
  ['a budget without a selector', [budget(undefined, { disruptionsAllowed: 0 })], { kind: 'free' }],
  ['one that allows two', [budget(all, { disruptionsAllowed: 2 })], { kind: 'bounded', allowed: 2 }],
  ['one that allows none', [budget(all, { disruptionsAllowed: 0 })], { kind: 'exhausted', budget: 'web' }],
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

const enough = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 };
const tooFew = { ...enough, currentHealthy: 1 };
const always = (status: object) => ({
  metadata: {},
  spec: { selector: all, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  status,
});

// As the API server does it: it evicts such a pod without counting it.
test.each<[string, string, object, string]>([
  ['An unready pod while enough others are healthy', 'False', budget(all, enough), 'free'],
  ['An unready pod while too few others are healthy', 'False', budget(all, tooFew), 'refused'],
  ['An unready pod of a budget that wants none', 'False', budget(all, { ...enough, desiredHealthy: 0 }), 'refused'],
  ['An unready pod of a budget that lets such pods always go', 'False', always(tooFew), 'free'],
  ['A ready pod while enough others are healthy', 'True', budget(all, enough), 'exhausted'],
  ['A ready pod of a budget that lets unready ones always go', 'True', always(enough), 'exhausted'],
])('%s', (_, ready, one, kind) => {
  expect(judgeDisruption(podWith(ready), [one]).kind).toBe(kind);
});

test('A pod that is not known to run is not judged here: the API server evicts a pending one in any case.', () => {
  expect(judgeDisruption(pending, [budget(all, enough)]).kind).toBe('refused');
});
