import { expect, test } from '@jest/globals';
import { bytesOf, canonicalIp, familyOf, inUrl, ipv6At } from './address-family.ts';

test.each([
  ['10.0.0.1', '10.0.0.1', 'IPv4', '10.0.0.1'],
  ['2001:DB8:0:0::7', '2001:db8::7', 'IPv6', '[2001:db8::7]'],
  ['FD00::0:1', 'fd00::1', 'IPv6', '[fd00::1]'],
])('%s has one spelling, a family and a form before a port', (text, canonical, family, host) => {
  expect(canonicalIp(text)).toBe(canonical);
  expect([familyOf(canonical), inUrl(canonical)]).toEqual([family, host]);
});

test.each(['', 'web', '10.0.0', '10.0.0.1/8', '2001:db8::g', 'fe80::1%eth0'])('%s is no address', (text) => {
  expect(canonicalIp(text)).toBeUndefined();
});

test('an address is four bytes or sixteen', () => {
  expect(bytesOf('10.0.0.1')).toEqual([10, 0, 0, 1]);
  expect(bytesOf('2001:db8::7')).toEqual([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
  expect(bytesOf('1:2:3:4:5:6:7:8')).toHaveLength(16);
});

test('a range is counted through by its last 32 bits', () => {
  expect([1, 10, 65_537].map((distance) => ipv6At('2001:db8:51::', distance))).toEqual([
    '2001:db8:51::1',
    '2001:db8:51::a',
    '2001:db8:51::1:1',
  ]);
});
