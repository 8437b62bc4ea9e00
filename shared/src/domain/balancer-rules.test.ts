import { describe, expect, test } from '@jest/globals';
import { admits, isProblem, parseBalancerRules, ruleFor, showBalancerRules } from './balancer-rules.ts';

function rulesOf(text: string) {
  const rules = parseBalancerRules(text);
  if (isProblem(rules)) throw new Error(rules.problem);
  return rules;
}

function isAllowed(text: string, balancerId: string, namespace: string): boolean | undefined {
  const rule = ruleFor(rulesOf(text), balancerId);
  return rule === undefined ? undefined : admits(rule, namespace);
}

describe('The rules', () => {
  const text = 'lb-a1b2c3d4=shop, shop-* ;\n lb-*=platform';

  test.each([
    ['lb-a1b2c3d4', 'shop', true],
    ['lb-a1b2c3d4', 'shop-eu', true],
    ['lb-a1b2c3d4', 'shopping', false],
    ['lb-a1b2c3d4', 'platform', false],
    ['lb-b1b2c3d4', 'platform', true],
    ['lb-b1b2c3d4', 'shop', false],
  ])('say of %s and namespace %s: %s, because the first one that is about the CLB decides.', (id, namespace, said) => {
    expect(isAllowed(text, id, namespace)).toBe(said);
  });

  test('say nothing of a CLB that none of them is about.', () => {
    expect(isAllowed('lb-a1b2c3d4=shop', 'lb-b1b2c3d4', 'shop')).toBeUndefined();
    expect(isAllowed('', 'lb-b1b2c3d4', 'shop')).toBeUndefined();
  });

  test('are shown in a form that reads the same.', () => {
    expect(showBalancerRules(rulesOf(text))).toBe('lb-a1b2c3d4=shop,shop-*; lb-*=platform');
    expect(rulesOf(showBalancerRules(rulesOf(text)))).toEqual(rulesOf(text));
  });
});

test.each([
  ['lb-a1b2c3d4', '"lb-a1b2c3d4" has not exactly one "="'],
  ['lb-a=b=c', '"lb-a=b=c" has not exactly one "="'],
  ['clb-a=shop', '"clb-a" is neither a CLB id nor a pattern of ids'],
  ['lb-A=shop', '"lb-A" is neither a CLB id nor a pattern of ids'],
  ['=shop', '"" is neither a CLB id nor a pattern of ids'],
  ['lb-a=', '"lb-a=" names no namespace'],
  ['lb-a=Shop', '"Shop" is no namespace'],
  ['lb-a=shop.eu', '"shop.eu" is no namespace'],
  ['lb-a=shop; lb-a=web', '"lb-a=web" never decides, because "lb-a=shop" comes first'],
  ['lb-*=shop; lb-a=web', '"lb-a=web" never decides, because "lb-*=shop" comes first'],
  ['*=shop; lb-*a=web', '"lb-*a=web" never decides, because "*=shop" comes first'],
])('%j is refused: %s', (text, problem) => {
  expect(parseBalancerRules(text)).toEqual({ problem });
});

test.each([
  ['*', true],
  ['a*a', true],
  ['aba*aba', false],
  ['*b*', true],
  ['*b*b*', false],
  ['ab*a*a', false],
  [`${'*a'.repeat(15)}*`, false],
])('Namespace pattern %s takes "aba": %s.', (pattern, said) => {
  expect(isAllowed(`lb-a=${pattern}`, 'lb-a', 'aba')).toBe(said);
});

test('A wider pattern may follow a narrower one.', () => {
  expect(rulesOf('lb-a=shop; lb-a*=web; lb-*=x; *=*')).toHaveLength(4);
});
