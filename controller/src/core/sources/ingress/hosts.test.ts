import { expect, test } from '@jest/globals';
import { mapHost, patternOf } from './hosts.ts';

test.each([
  ['', ''],
  ['www.example.com', 'www.example.com'],
  ['localhost', 'localhost'],
  ['*.example.com', '~^[^.]+\\.example\\.com$'],
])('The host "%s" is the domain "%s" of a CLB.', (host, domain) => {
  expect(mapHost(host)).toEqual({ domain });
});

test('A wildcard is one label, no less and no more.', () => {
  const { domain = '' } = mapHost('*.example.com') as { readonly domain?: string };
  const pattern = new RegExp(domain.slice(1));
  const names = ['www.example.com', 'a.www.example.com', 'example.com', 'wwwXexample.com', 'www.example.comX'];
  expect(names.filter((name) => pattern.test(name))).toEqual(['www.example.com']);
});

test.each([
  ['WWW.example.com', 'lower case'],
  ['~^a$', 'host name'],
  ['a b', 'host name'],
  ['www.*', 'host name'],
  ['192.0.2.1', 'is an address; leave it out'],
  ['2001:db8::1', 'is an address; leave it out'],
  ['a'.repeat(81), 'at most 80'],
  [`*.${'a.'.repeat(30)}com`, 'about 60'],
])('The host "%s" is refused with what to write.', (host, why) => {
  expect(mapHost(host)).toEqual({ why: expect.stringContaining(why) });
});

test.each([
  ['a.com', 'a.com', true],
  ['*.a.com', 'b.a.com', true],
  ['*.a.com', '*.a.com', true],
  ['*.a.com', 'c.b.a.com', false],
  ['*.a.com', 'a.com', false],
  ['a.com', 'b.a.com', false],
  ['*.a.com', '', false],
])('A certificate for "%s" is for "%s": %j.', (pattern, host, expected) => {
  expect(pattern === host || pattern === patternOf(host)).toBe(expected);
});
