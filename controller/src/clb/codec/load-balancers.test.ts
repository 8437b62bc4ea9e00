import { expect, test } from '@jest/globals';
import { toLoadBalancer } from './load-balancers.ts';

const found = {
  LoadBalancerId: 'lb-1',
  LoadBalancerName: 'web',
  LoadBalancerVips: ['198.51.100.10'],
  VpcId: 'vpc-1',
};

test('a load balancer keeps its addresses, and is usable only once it runs', () => {
  const answer = { LoadBalancerSet: [{ ...found, Status: 0, Domain: '', LoadBalancerDomain: null }], TotalCount: 1 };
  expect(toLoadBalancer('lb-1', answer)).toEqual({
    id: 'lb-1',
    vips: ['198.51.100.10'],
    domain: undefined,
    vpcId: 'vpc-1',
    targetFamily: 'IPv4',
    usable: false,
    tags: {},
    isInternal: false,
    hasSnatPro: false,
    settings: { name: 'web', securityGroups: [] },
  });
  const running = { ...found, LoadBalancerVips: [], LoadBalancerDomain: 'lb-1.clb.example.com', Status: 1 };
  expect(toLoadBalancer('lb-1', { LoadBalancerSet: [running] })).toMatchObject({
    vips: [],
    domain: 'lb-1.clb.example.com',
    usable: true,
  });
});

test('a load balancer of both families has both addresses, and its tags', () => {
  const tags = [
    { TagKey: 'team', TagValue: 'shop' },
    { TagKey: 'empty', TagValue: null },
  ];
  const answer = { LoadBalancerSet: [{ ...found, AddressIPv6: '2001:db8::1', Tags: tags }] };
  expect(toLoadBalancer('lb-1', answer)).toMatchObject({
    vips: ['198.51.100.10', '2001:db8::1'],
    tags: { team: 'shop', empty: '' },
  });
});

test.each([
  ['INTERNAL', true],
  ['OPEN', false],
  [null, false],
])('a load balancer of type %s has private addresses: %s', (LoadBalancerType, isInternal) => {
  const answer = { LoadBalancerSet: [{ ...found, LoadBalancerType }] };
  expect(toLoadBalancer('lb-1', answer)?.isInternal).toBe(isInternal);
});

test.each([
  [
    ['sg-b', 'sg-a'],
    ['sg-b', 'sg-a'],
  ],
  [null, []],
])('security groups %j are, in the order in which they count, %j', (SecureGroups, securityGroups) => {
  const answer = { LoadBalancerSet: [{ ...found, SecureGroups }] };
  expect(toLoadBalancer('lb-1', answer)?.settings).toMatchObject({ securityGroups });
});

test.each([
  [{ AttributeFlags: ['NoLBNat', 'DeleteProtect'], LoadBalancerPassToTarget: true }, true, true],
  [{ AttributeFlags: [], LoadBalancerPassToTarget: false }, false, false],
  [{ AttributeFlags: null, LoadBalancerPassToTarget: null }, undefined, undefined],
])('settings are what the API returned, and nothing is guessed: %j', (fields, deleteProtect, passToTarget) => {
  const answer = { LoadBalancerSet: [{ ...found, ...fields }] };
  expect(toLoadBalancer('lb-1', answer)?.settings).toEqual({
    name: 'web',
    deleteProtect,
    passToTarget,
    securityGroups: [],
  });
});

test.each([
  [{ AddressIPVersion: 'ipv6', IPv6Mode: 'IPv6FullChain' }, 'IPv6'],
  [{ AddressIPVersion: 'ipv6', IPv6Mode: 'IPv6Nat64' }, 'IPv4'],
  [{ AddressIPVersion: 'ipv6', IPv6Mode: null }, 'IPv6'],
  [{ AddressIPVersion: 'ipv4', IPv6Mode: '' }, 'IPv4'],
  [{}, 'IPv4'],
])('a load balancer with %j sends to %s', (fields, family) => {
  expect(toLoadBalancer('lb-1', { LoadBalancerSet: [{ ...found, ...fields }] })?.targetFamily).toBe(family);
});
