import { expect, test } from '@jest/globals';
import { isEmpty, labelQuery, selects } from './label-selector.ts';

const pod = { metadata: { labels: { app: 'web', tier: 'front' } } };
const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

test.each<[string, object | undefined, boolean]>([
  ['no selector', undefined, false],
  ['an empty selector', {}, true],
  ['its labels', { matchLabels: { app: 'web' } }, true],
  ['other labels', { matchLabels: { app: 'api' } }, false],
  ['its labels and others', { matchLabels: { app: 'web', tier: 'back' } }, false],
  ['In', expression('app', 'In', 'web', 'api'), true],
  ['In other values', expression('app', 'In', 'api'), false],
  ['NotIn', expression('app', 'NotIn', 'api'), true],
  ['NotIn its value', expression('app', 'NotIn', 'web'), false],
  ['Exists', expression('tier', 'Exists'), true],
  ['Exists without it', expression('track', 'Exists'), false],
  ['DoesNotExist', expression('track', 'DoesNotExist'), true],
  ['DoesNotExist with it', expression('tier', 'DoesNotExist'), false],
])('%s: selected %s', (_, selector, expected) => {
  expect(selects(selector as never, pod)).toBe(expected);
});

test('A list is narrowed by the labels that must be equal, and by nothing else.', () => {
  expect(labelQuery({ matchLabels: { app: 'web', tier: 'front' }, ...expression('x', 'Exists') })).toBe(
    'app=web,tier=front',
  );
  expect(labelQuery(expression('app', 'In', 'web') as never)).toBeUndefined();
});

test('A selector is empty with neither labels nor expressions; no selector is another thing.', () => {
  expect([{}, { matchLabels: {} }, { matchExpressions: [] }].map(isEmpty)).toEqual([true, true, true]);
  const some = [undefined, { matchLabels: { app: 'web' } }, expression('x', 'Exists')];
  expect(some.map((selector) => isEmpty(selector))).toEqual([false, false, false]);
});
