import { afterEach, describe, expect, test } from '@jest/globals';
import { defaultQuotas } from '../../limits/quotas.ts';
import type { EmulatorOptions } from '../../options/options.ts';
import { defaultSwitches } from '../../runtime/switches.ts';
import { createTestClock } from '../../testing/test-clock.ts';
import {
  connectSdk,
  makeListeners,
  refusalOf,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from '../../testing/test-emulator.ts';

const lb = 'lb-local001';
const internal = { LoadBalancerType: 'INTERNAL', SubnetId: 'subnet-1', VpcId: 'vpc-1' };

describe('load balancers', () => {
  let emulator: TestEmulator;
  afterEach(() => emulator.close());

  async function start(options: EmulatorOptions = {}) {
    emulator = await startTestEmulator(options);
    return emulator.sdk;
  }
  const create = async (request: object) => {
    const made = await emulator.sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', ...request });
    await waitForTask(emulator.sdk, made.RequestId);
    return made.LoadBalancerIds?.[0] ?? '';
  };
  const names = async (request: object) => {
    const { LoadBalancerSet = [] } = await emulator.sdk.DescribeLoadBalancers(request);
    return LoadBalancerSet.map(({ LoadBalancerName }) => LoadBalancerName);
  };

  test('reads honour filters, order and pages', async () => {
    const sdk = await start();
    const Tags = [{ TagKey: 'team', TagValue: 'blue' }];
    const blue = await create({ LoadBalancerName: 'beta', Tags });
    await create({ LoadBalancerName: 'alpha', ...internal });
    expect(await names({ Filters: [{ Name: 'tag:team', Values: ['red', 'blue'] }] })).toEqual(['beta']);
    expect(await names({ Filters: [{ Name: 'tag:team', Values: ['red'] }] })).toEqual([]);
    const both = [
      { Name: 'tag-key', Values: ['team'] },
      { Name: 'vip-isp', Values: ['INTERNAL'] },
    ];
    expect(await names({ Filters: both })).toEqual([]);
    expect(await names({ LoadBalancerType: 'INTERNAL' })).toEqual(['alpha']);
    expect(await names({ LoadBalancerName: 'l' })).toEqual(expect.arrayContaining(['alpha', 'local']));
    expect(await names({ OrderBy: 'LoadBalancerName', OrderType: 0 })).toEqual(['alpha', 'beta', 'local']);
    expect(await names({ OrderBy: 'LoadBalancerName', OrderType: 0, Offset: 1, Limit: 1 })).toEqual(['beta']);
    expect(await names({ Forward: 0 })).toEqual([]);
    const unknown = sdk.DescribeLoadBalancers({ Filters: [{ Name: 'colour', Values: ['red'] }] });
    expect((await refusalOf(unknown)).code).toBe('InvalidParameter.InvalidFilter');
    const [listener = ''] = await makeListeners(sdk, { ports: [80] });
    const Targets = [{ ListenerId: listener, EniIp: '10.0.0.1', Port: 80 }];
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    expect(await names({ WithRs: 1 })).toEqual(['local']);
    expect((await names({ WithRs: 0 })).sort()).toEqual(['alpha', 'beta']);
    expect(await names({ LoadBalancerIds: [blue] })).toEqual(['beta']);
  });

  test('one that is protected is not deleted, and one with many targets only with ForceDelete', async () => {
    const sdk = await start();
    const [listener = ''] = await makeListeners(sdk, { ports: [80] });
    const Targets = Array.from({ length: 20 }, (_, last) => ({
      ListenerId: listener,
      EniIp: `10.0.0.${last}`,
      Port: 80,
    }));
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    const remove = (ForceDelete: boolean) => sdk.DeleteLoadBalancer({ LoadBalancerIds: [lb], ForceDelete });
    expect((await refusalOf(remove(false))).code).toBe('FailedOperation.TargetNumCheckRisk');
    const protect = async (DeleteProtect: boolean) => {
      const { RequestId } = await sdk.ModifyLoadBalancerAttributes({ LoadBalancerId: lb, DeleteProtect });
      await waitForTask(sdk, RequestId);
    };
    await protect(true);
    expect((await refusalOf(remove(true))).code).toBe('OperationDenied');
    await protect(false);
    await waitForTask(sdk, (await remove(true)).RequestId);
    expect((await sdk.DescribeLoadBalancers({})).TotalCount).toBe(0);
  });

  test('too many deletions in five minutes are refused, later they are not', async () => {
    const clock = createTestClock();
    // The five minutes must fit into the ten in which a signature is good.
    clock.advance(-250_000);
    const sdk = await start({ clock, quotas: { ...defaultQuotas, deletionsPerFiveMinutes: 1 } });
    const ids: string[] = [];
    for (const LoadBalancerName of ['one', 'two']) {
      ids.push(
        (await sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', LoadBalancerName })).LoadBalancerIds?.[0] ?? '',
      );
      clock.advance(100);
    }
    const [one = '', two = ''] = ids;
    await sdk.DeleteLoadBalancer({ LoadBalancerIds: [one] });
    const again = () => sdk.DeleteLoadBalancer({ LoadBalancerIds: [two] });
    expect((await refusalOf(again())).code).toBe('FailedOperation.FrequencyCheckRisk');
    clock.advance(299_000);
    expect((await refusalOf(again())).code).toBe('FailedOperation.FrequencyCheckRisk');
    clock.advance(1000);
    expect((await again()).RequestId).toBeTruthy();
  });

  test('a region has a quota for each type', async () => {
    const sdk = await start({ quotas: { ...defaultQuotas, openLoadBalancers: 1, internalLoadBalancers: 1 } });
    expect((await refusalOf(sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN' }))).code).toBe('LimitExceeded');
    await create(internal);
    const { QuotaSet } = await sdk.DescribeQuota(null);
    expect(QuotaSet?.slice(0, 2)).toEqual([
      { QuotaId: 'TOTAL_OPEN_CLB_QUOTA', QuotaCurrent: 1, QuotaLimit: 1 },
      { QuotaId: 'TOTAL_INTERNAL_CLB_QUOTA', QuotaCurrent: 1, QuotaLimit: 1 },
    ]);
  });

  test('a name that exists is replaced by a generated one, and so is the name of several', async () => {
    const sdk = await start();
    const [first, second] = [await create({ LoadBalancerName: 'web' }), await create({ LoadBalancerName: 'web' })];
    expect(await names({ LoadBalancerIds: [first] })).toEqual(['web']);
    expect(await names({ LoadBalancerIds: [second] })).toEqual([second]);
    const { RequestId } = await sdk.CloneLoadBalancer({ LoadBalancerId: lb, LoadBalancerName: 'web' });
    const { LoadBalancerIds: copies = [] } = await waitForTask(sdk, RequestId);
    expect(await names({ LoadBalancerIds: copies })).toEqual(copies);
    const both = await sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', LoadBalancerName: 'new', Number: 2 });
    expect((await names({ LoadBalancerIds: both.LoadBalancerIds })).sort()).toEqual(both.LoadBalancerIds?.toSorted());
  });

  test('what one kind of load balancer does not have is refused', async () => {
    const sdk = await start();
    const codeOf = async (request: object) =>
      (await refusalOf(sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', ...request }))).code;
    const { VpcId, ...withoutVpc } = internal;
    expect(await codeOf(withoutVpc)).toBe('MissingParameter');
    for (const field of ['MasterZoneId', 'SlaveZoneId', 'ZoneId', 'VipIsp']) {
      expect(await codeOf({ ...internal, [field]: 'x' })).toBe('InvalidParameter');
    }
    for (const field of ['SubnetId', 'EipAddressId']) {
      expect(await codeOf({ VpcId, [field]: 'x' })).toBe('InvalidParameter');
    }
    const InternetAccessible = { InternetChargeType: 'TRAFFIC_POSTPAID_BY_HOUR' };
    expect(await codeOf({ VipIsp: 'CMCC', InternetAccessible })).toBe('InvalidParameterValue');
    expect(await codeOf({ BandwidthPackageId: 'bwp-1', InternetAccessible })).toBe('InvalidParameterValue');
    const wide = { InternetMaxBandwidthOut: 2049 };
    expect(await codeOf({ InternetAccessible: wide })).toBe('InvalidParameterValue.Range');
    const change = sdk.ModifyLoadBalancerAttributes({ LoadBalancerId: lb, InternetChargeInfo: wide });
    expect((await refusalOf(change)).code).toBe('InvalidParameterValue.Range');
    await create({ InternetAccessible: wide, SlaType: 'clb.c2.medium' });
  });

  test('an SNAT address switches SnatPro on, and Number goes with addresses that are chosen', async () => {
    const sdk = await start();
    const SnatIps = [{ SubnetId: 'subnet-1', Ip: '198.51.100.200' }];
    const call = sdk.CreateLoadBalancerSnatIps({ LoadBalancerId: lb, SnatIps, Number: 2 });
    expect((await refusalOf(call)).code).toBe('InvalidParameter');
    const { RequestId } = await sdk.CreateLoadBalancerSnatIps({ LoadBalancerId: lb, SnatIps });
    await waitForTask(sdk, RequestId);
    const { LoadBalancerSet } = await sdk.DescribeLoadBalancers({ LoadBalancerIds: [lb] });
    expect(LoadBalancerSet?.[0]).toMatchObject({ SnatPro: true, SnatIps });
  });

  test('a certificate is replaced in every region, by a call in Guangzhou', async () => {
    await start({ regions: ['ap-guangzhou', 'ap-shanghai'] });
    const shanghai = connectSdk(emulator.apiPort, { region: 'ap-shanghai' });
    const made = await shanghai.CreateLoadBalancer({ LoadBalancerType: 'OPEN' });
    await waitForTask(shanghai, made.RequestId);
    const LoadBalancerId = made.LoadBalancerIds?.[0] ?? '';
    const listener = { LoadBalancerId, Ports: [443], Protocol: 'HTTPS' };
    const named = (CertName: string) => ({ CertName, CertContent: 'content', CertKey: 'key' });
    const { RequestId } = await shanghai.CreateListener({ ...listener, Certificate: named('old') });
    await waitForTask(shanghai, RequestId);
    const shown = async () =>
      (await shanghai.DescribeListeners({ LoadBalancerId })).Listeners?.[0]?.Certificate?.CertId ?? '';
    const old = await shown();
    const change = { OldCertificateId: old, Certificate: named('new') };
    expect((await refusalOf(shanghai.ReplaceCertForLoadBalancers(change))).code).toBe('UnsupportedRegion');
    const replaced = await emulator.sdk.ReplaceCertForLoadBalancers(change);
    await waitForTask(emulator.sdk, replaced.RequestId);
    expect(await shown()).not.toBe(old);
  });

  test('the id of one that is made slowly is in the answer of its task, found by request or order', async () => {
    const sdk = await start({ switches: { ...defaultSwitches, createAnswersIds: false } });
    const { LoadBalancerIds, RequestId, DealName = '' } = await sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN' });
    expect(LoadBalancerIds).toEqual([]);
    const { LoadBalancerIds: made } = await waitForTask(sdk, RequestId);
    expect(made).toHaveLength(1);
    expect((await sdk.DescribeTaskStatus({ DealName })).LoadBalancerIds).toEqual(made);
  });
});
