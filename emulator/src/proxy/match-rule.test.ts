import { expect, test } from '@jest/globals';
import { lacksSlash, matchRule } from './match-rule.ts';

const rule = (domain: string, url = '/', isDefault = false) => ({ domains: [domain], url, isDefault });
const rules = [
  rule('www.shop.example'),
  rule('www.shop.example', '/cart'),
  rule('www.shop.example', '/cart/pay'),
  rule('www.shop.example', '~*\\.(gif|jpg)$'),
  rule('www.shop.example', '=/exactly'),
  rule('www.shop.example', '^~/img'),
  rule('*.shop.example'),
  rule('*.eu.shop.example'),
  rule('www.other.*'),
  rule('*.site'),
  rule('www.longer.*'),
  rule('~^img\\d+\\.shop\\.test$'),
  rule('fallback.example', '/', true),
  rule('fallback.example', '/only'),
];

test.each([
  ['www.shop.example', '/', 'www.shop.example /'],
  ['WWW.Shop.Example:8080', '/cartoon', 'www.shop.example /cart'],
  ['www.shop.example', '/cart/pay/now', 'www.shop.example /cart/pay'],
  ['www.shop.example', '/cart/A.GIF', 'www.shop.example ~*\\.(gif|jpg)$'],
  ['www.shop.example', '/img/A.GIF', 'www.shop.example ^~/img'],
  ['www.shop.example', '/exactly', 'www.shop.example =/exactly'],
  ['api.shop.example', '/', '*.shop.example /'],
  ['api.eu.shop.example', '/', '*.eu.shop.example /'],
  ['www.other.test', '/x', 'www.other.* /'],
  ['www.longer.site', '/', '*.site /'],
  ['img12.shop.test', '/x', '~^img\\d+\\.shop\\.test$ /'],
  ['unknown.test', '/only/this', 'fallback.example /only'],
])('%s%s belongs to the rule %s', (host, path, expected) => {
  const found = matchRule(rules, host, path);
  expect(`${found?.domains[0] ?? ''} ${found?.url ?? ''}`).toBe(expected);
});

test('a path without the last slash of a rule is redirected, unless it has a rule of its own', () => {
  const some = ['/', '/shop/', '^~/img/', '/both/', '=/both', '~/shop$', '=/exact/'].map((url) =>
    rule('a.example', url),
  );
  const lacking = (path: string) => lacksSlash(some, 'a.example', path);
  expect(['/shop', '/img', '/both', '/shop/', '/other', '/exact', '/'].filter(lacking)).toEqual(['/shop', '/img']);
});

test('without a default domain an unknown host belongs to no rule, nor does an unknown path', () => {
  expect(matchRule([rule('a.example')], 'b.example', '/')).toBeUndefined();
  expect(matchRule([rule('a.example', '/x')], 'a.example', '/y')).toBeUndefined();
});
