import { expect, test } from '@jest/globals';
import { proxyHeader } from './proxy-header.ts';

const signature = '0d0a0d0a000d0a515549540a';

test.each([
  ['IPv4', '192.0.2.7', '198.51.100.10', '11000cc0000207c633640a'],
  ['IPv4 on a socket of both families', '::ffff:192.0.2.7', '::ffff:198.51.100.10', '11000cc0000207c633640a'],
  ['IPv6', '2001:db8::7', '2001:db8::a', `21002420010db8${'0'.repeat(23)}720010db8${'0'.repeat(23)}a`],
])('The header for %s has both addresses and ports.', (_, client, entrance, expected) => {
  const header = proxyHeader({ ip: client, port: 258 }, { ip: entrance, port: 443 });
  expect(header.toString('hex')).toBe(`${signature}21${expected}010201bb`);
});

test('There is no header for a client that is gone.', () => {
  expect(() => proxyHeader({ ip: '', port: 0 }, { ip: '198.51.100.10', port: 443 })).toThrow('no address');
});
