import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { newBalancerOf } from './new-balancer.ts';

const { internalSubnet, chargeType, bandwidth, extensiveParameters } = annotation;
const read = (annotations: Readonly<Record<string, string>>) =>
  newBalancerOf({ namespace: 'shop', name: 'web', annotations });

describe('the CLB that a Service asks for', () => {
  test('is public, with charge type and bandwidth', () => {
    const { wish, problem } = read({ [chargeType]: 'TRAFFIC_POSTPAID_BY_HOUR', [bandwidth]: '2048' });
    const paid = { chargeType: 'TRAFFIC_POSTPAID_BY_HOUR', bandwidthMbps: 2048 };
    expect([wish, problem]).toEqual([{ type: 'OPEN', name: 'shop_web', ...paid }, undefined]);
  });

  test('is private in a subnet, where nothing is paid for the internet', () => {
    const { wish } = read({ [internalSubnet]: ' subnet-a1 ', [bandwidth]: '5' });
    expect(wish).toEqual({ type: 'INTERNAL', name: 'shop_web', subnetId: 'subnet-a1' });
  });

  test('has the parameters that users may say', () => {
    const text = '{"VipIsp":"CTCC","InternetAccessible":{"InternetMaxBandwidthOut":5},"SnatPro":true}';
    const parameters = JSON.parse(text) as unknown;
    expect(read({ [extensiveParameters]: text })).toMatchObject({ wish: { parameters }, problem: undefined });
  });

  test('of IPv6 is made in a subnet of the internet', () => {
    const text = '{"AddressIPVersion":"IPv6FullChain","SubnetId":"subnet-a1"}';
    const parameters = JSON.parse(text) as unknown;
    expect(read({ [extensiveParameters]: text })).toMatchObject({
      wish: { type: 'OPEN', parameters },
      problem: undefined,
    });
  });

  test.each([
    [internalSubnet, 'my subnet', 'write the id of a subnet'],
    [chargeType, 'PREPAID', 'TRAFFIC_POSTPAID_BY_HOUR or BANDWIDTH_POSTPAID_BY_HOUR'],
    [bandwidth, '0', 'write 1 to 2048'],
    [bandwidth, '2049', 'write 1 to 2048'],
    [extensiveParameters, 'IPV6', 'it is no JSON object'],
    [extensiveParameters, '[]', 'it is no JSON object'],
    [extensiveParameters, `{"Vip":"${'1'.repeat(5_000)}"}`, 'it is no JSON object'],
    [extensiveParameters, '{"Number":20}', 'Number is not taken'],
    [extensiveParameters, '{"VpcId":"vpc-2"}', 'VpcId is not taken'],
    [extensiveParameters, '{"ClientToken":"mine"}', 'ClientToken is not taken'],
    [extensiveParameters, '{"LBChargeType":"PREPAID"}', 'LBChargeType is not taken'],
    [extensiveParameters, '{"EipAddressId":"eip-1"}', 'EipAddressId is not taken'],
    [extensiveParameters, '{"__proto__":{}}', '__proto__ is not taken'],
    [extensiveParameters, '{"SubnetId":"subnet-1"}', 'qcloud-loadbalancer-internal-subnetid'],
    [extensiveParameters, '{"AddressIPVersion":"IPV6","SubnetId":"subnet-1"}', 'SubnetId is not taken'],
    [extensiveParameters, '{"AddressIPVersion":"ipv6fullchain"}', 'write "SubnetId":"subnet-…" beside it'],
    [extensiveParameters, '{"AddressIPVersion":"IPv6FullChain","SubnetId":"mine"}', 'which it cannot be'],
    [extensiveParameters, '{"VipIsp":7}', 'VipIsp is 7, which it cannot be'],
    [extensiveParameters, '{"Tags":[{"TagKey":"clb-direct.io/owner-uid","TagValue":"x"}]}', 'written by a controller'],
    [extensiveParameters, '{"Tags":[{"TagKey":"tke-createdBy-flag","TagValue":"yes"}]}', 'written by a controller'],
    [extensiveParameters, '{"Tags":{"team":"shop"}}', 'Tags must be at most 10'],
  ])('is not made for a malformed %s: %.60s', (name, value, text) => {
    const { problem } = read({ [name]: value });
    expect(problem).toMatchObject({ severity: 'Warning', reason: 'AnnotationMalformed' });
    expect(problem?.message).toContain(text);
    expect(problem?.message.length).toBeLessThan(600);
  });
});
