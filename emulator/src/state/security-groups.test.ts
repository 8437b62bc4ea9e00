import { describe, expect, test } from '@jest/globals';
import { toAddress } from './ipv4-ranges.ts';
import { admissionsTo, parsePorts, type SecurityRule } from './security-groups.ts';

const rule = (action: SecurityRule['action'], cidrBlock: string, more: Partial<SecurityRule> = {}): SecurityRule => ({
  ...{ action, protocol: 'ALL', port: 'ALL', cidrBlock },
  ...more,
});
const http = { protocol: 'HTTP', port: 80, endPort: 0 } as const;

function admissions(
  groups: Record<string, SecurityRule[]>,
  listener: Parameters<typeof admissionsTo>[2] = http,
  secureGroups = Object.keys(groups),
  ipv6Mode: 'IPv6FullChain' | null = null,
) {
  const loadBalancer = { secureGroups, ipv6Mode };
  return admissionsTo(new Map(Object.entries(groups)), loadBalancer, listener).map(({ ports, clients }) => {
    const ranges = clients.map(({ first, last }) => `${toAddress(first)}-${toAddress(last)}`);
    return `${ports.first}-${ports.last}: ${ranges.join(' ') || 'nobody'}`;
  });
}

describe('who reaches a listener', () => {
  test('everybody without groups, by a group that is not known, or by a rule for all', () => {
    expect(admissions({})).toEqual([]);
    expect(admissions({ a: [] }, http, ['other'])).toEqual([]);
    expect(admissions({ a: [rule('ACCEPT', '0.0.0.0/0')] })).toEqual([]);
    expect(admissions({ a: [rule('ACCEPT', '128.0.0.0/1'), rule('ACCEPT', '0.0.0.0/1')] })).toEqual([]);
  });

  test('of IPv6 all of them, or nobody', () => {
    const ofIpv6 = (...rules: SecurityRule[]) => admissions({ a: rules }, http, ['a'], 'IPv6FullChain');
    expect(ofIpv6(rule('ACCEPT', '::/0'))).toEqual([]);
    expect(ofIpv6(rule('DROP', '0.0.0.0/0'), rule('ACCEPT', '::/0'))).toEqual([]);
    expect(ofIpv6(rule('ACCEPT', '2001:db8::/32'))).toEqual(['80-80: nobody']);
    expect(ofIpv6(rule('ACCEPT', '0.0.0.0/0'))).toEqual(['80-80: nobody']);
    expect(admissions({}, http, ['unknown'], 'IPv6FullChain')).toEqual([]);
  });

  test('nobody whom no rule fits', () => {
    expect(admissions({ a: [] })).toEqual(['80-80: nobody']);
    expect(admissions({ a: [rule('ACCEPT', '10.0.0.0/8')] })).toEqual(['80-80: 10.0.0.0-10.255.255.255']);
    expect(admissions({ a: [rule('ACCEPT', '192.0.2.7')] })).toEqual(['80-80: 192.0.2.7-192.0.2.7']);
  });

  test('the first rule that fits decides, also across groups in their order', () => {
    const [drop, accept] = [rule('DROP', '10.1.0.0/16'), rule('ACCEPT', '10.0.0.0/8')];
    const without = ['80-80: 10.0.0.0-10.0.255.255 10.2.0.0-10.255.255.255'];
    expect(admissions({ a: [drop, accept] })).toEqual(without);
    expect(admissions({ a: [drop], b: [accept] })).toEqual(without);
    expect(admissions({ a: [accept, drop] })).toEqual(['80-80: 10.0.0.0-10.255.255.255']);
  });

  test('rules of the other transport or of other ports do not count', () => {
    const udp = rule('ACCEPT', '0.0.0.0/0', { protocol: 'UDP' });
    const port = rule('ACCEPT', '0.0.0.0/0', { protocol: 'TCP', port: '79,81-90' });
    expect(admissions({ a: [udp, port] })).toEqual(['80-80: nobody']);
    expect(admissions({ a: [udp] }, { ...http, protocol: 'UDP' })).toEqual([]);
    expect(admissions({ a: [port] }, { ...http, port: 81 })).toEqual([]);
  });

  test('a range of ports is told apart where rules begin and end', () => {
    const some = rule('ACCEPT', '0.0.0.0/0', { port: '82-83' });
    const listener = { protocol: 'TCP', port: 80, endPort: 90 } as const;
    expect(admissions({ a: [some, rule('ACCEPT', '10.0.0.1')] }, listener)).toEqual([
      '80-81: 10.0.0.1-10.0.0.1',
      '84-90: 10.0.0.1-10.0.0.1',
    ]);
  });
});

test('ports that are not ports', () => {
  expect(parsePorts('80,8000-8010')).toEqual([
    { first: 80, last: 80 },
    { first: 8000, last: 8010 },
  ]);
  for (const wrong of ['', '0', '65536', '90-80', '1-2-3', '80,', 'http', '-1']) {
    expect(parsePorts(wrong)).toBeUndefined();
  }
});
