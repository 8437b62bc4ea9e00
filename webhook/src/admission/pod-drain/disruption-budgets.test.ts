import { expect, test } from '@jest/globals';
import { isDisruptionRefused } from './disruption-budgets.ts';

const pod = { metadata: { labels: { app: 'web', tier: 'front' } } };
const budget = (selector: unknown, disruptionsAllowed = 0) => ({ spec: { selector }, status: { disruptionsAllowed } });
const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

test.each<[string, unknown, boolean]>([
  ['no budget', [], false],
  ['no list', null, false],
  ['a budget of its labels', [budget({ matchLabels: { app: 'web' } })], true],
  ['one that allows a disruption', [budget({ matchLabels: { app: 'web' } }, 1)], false],
  ['one of two that allows none', [budget({ matchLabels: { app: 'web' } }, 1), budget({})], true],
  ['a budget of other labels', [budget({ matchLabels: { app: 'api' } })], false],
  ['an empty selector', [budget({})], true],
  ['no selector', [budget(undefined)], false],
  ['In', [budget(expression('app', 'In', 'web', 'api'))], true],
  ['In other values', [budget(expression('app', 'In', 'api'))], false],
  ['NotIn', [budget(expression('app', 'NotIn', 'api'))], true],
  ['NotIn its value', [budget(expression('app', 'NotIn', 'web'))], false],
  ['Exists', [budget(expression('tier', 'Exists'))], true],
  ['Exists without it', [budget(expression('track', 'Exists'))], false],
  ['DoesNotExist', [budget(expression('track', 'DoesNotExist'))], true],
  ['DoesNotExist with it', [budget(expression('tier', 'DoesNotExist'))], false],
])('%s: refused %s', (_, budgets, expected) => {
  expect(isDisruptionRefused(pod, budgets)).toBe(expected);
});
