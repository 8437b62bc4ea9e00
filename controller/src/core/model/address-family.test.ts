import { expect, test } from '@jest/globals';
import { canonicalIp, familyOf } from './address-family.ts';

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['256.0.0.1', undefined],
  ['10.0.1', undefined],
  ['example.com', undefined],
  ['::1]/x[', undefined],
  ['fe80::1%eth0', undefined],
  ['', undefined],
])('The one spelling of address %j is %j.', (text, spelling) => {
  expect(canonicalIp(text)).toBe(spelling);
});

test('An address with a colon is IPv6.', () => {
  expect(familyOf('2001:db8::1')).toBe('IPv6');
  expect(familyOf('10.0.0.1')).toBe('IPv4');
});
