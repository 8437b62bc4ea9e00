import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  makeListeners,
  refusalOf,
  startTestEmulator,
  waitForTask,
  type SdkClient,
  type TestEmulator,
} from '../testing/test-emulator.ts';

/** Other controllers adopt what a read returns, so each of its conditions must hold. */
const lb = 'lb-local001';
let emulator: TestEmulator;
let tcp: string;
let http: string;
let rule: string;
let beta: string;

const done = async (call: Promise<{ RequestId?: string }>) => waitForTask(emulator.sdk, (await call).RequestId);

async function create(request: Parameters<SdkClient['CreateLoadBalancer']>[0]): Promise<string> {
  return (await done(emulator.sdk.CreateLoadBalancer(request))).LoadBalancerIds?.[0] ?? '';
}

async function makeBeta(): Promise<void> {
  beta = await create({
    LoadBalancerName: 'beta',
    LoadBalancerType: 'OPEN',
    VpcId: 'vpc-2',
    Vip: '198.51.100.77',
    ProjectId: 7,
    Tags: [
      { TagKey: 'team', TagValue: 'blue' },
      { TagKey: 'stage', TagValue: 'test' },
    ],
    LBChargeType: 'PREPAID',
    InternetAccessible: { InternetChargeType: 'BANDWIDTH_PACKAGE', InternetMaxBandwidthOut: 100 },
    VipIsp: 'CMCC',
    MasterZoneId: '100001',
    SlaType: 'clb.c3.small',
  });
  await emulator.sdk.SetLoadBalancerSecurityGroups({ LoadBalancerId: beta, SecurityGroups: ['sg-1'] });
}

async function fillLocal(): Promise<void> {
  const { sdk } = emulator;
  [tcp = ''] = await makeListeners(sdk, { ports: [80] });
  const made = await sdk.CreateListener({ LoadBalancerId: lb, Ports: [81], Protocol: 'HTTP' });
  await waitForTask(sdk, made.RequestId);
  [http = ''] = made.ListenerIds ?? [];
  const Rules = ['/', '/b'].map((Url) => ({ Url, Domain: 'a.example.com' }));
  const { LocationIds = [], RequestId } = await sdk.CreateRule({ LoadBalancerId: lb, ListenerId: http, Rules });
  await waitForTask(sdk, RequestId);
  [rule = ''] = LocationIds;
  const target = (EniIp: string, more: object) => ({ EniIp, Port: 80, ListenerId: tcp, ...more });
  await sdk.BatchRegisterTargets({
    LoadBalancerId: lb,
    Targets: [
      target('10.0.0.1', { Tag: 'a' }),
      target('10.0.0.2', { Tag: 'b' }),
      target('10.0.0.1', { ListenerId: http, LocationId: rule, Tag: 'b' }),
      target('10.0.0.3', { ListenerId: http, LocationId: LocationIds[1] ?? '' }),
    ],
  });
}

beforeAll(async () => {
  emulator = await startTestEmulator({ regions: ['ap-guangzhou', 'ap-shanghai'] });
  await create({
    LoadBalancerName: 'alpha',
    LoadBalancerType: 'INTERNAL',
    SubnetId: 'subnet-1',
    VpcId: 'vpc-2',
  });
  await makeBeta();
  await fillLocal();
});
afterAll(() => emulator.close());

const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

describe('DescribeLoadBalancers', () => {
  const names = async (request: object) => {
    const { LoadBalancerSet = [], TotalCount } = await emulator.sdk.DescribeLoadBalancers(request);
    expect(TotalCount).toBe(LoadBalancerSet.length);
    return LoadBalancerSet.map(({ LoadBalancerName }) => LoadBalancerName).sort();
  };
  const all = ['alpha', 'beta', 'local'];

  test.each<[object, string[]]>([
    [{}, all],
    [{ LoadBalancerIds: [lb, 'lb-missing1'] }, ['local']],
    [{ LoadBalancerType: 'OPEN' }, ['beta', 'local']],
    [{ Forward: 1 }, all],
    [{ Forward: -1 }, all],
    [{ Forward: 0 }, []],
    [{ LoadBalancerName: 'et' }, ['beta']],
    [{ Domain: 'lb.example.com' }, []],
    [{ LoadBalancerVips: ['198.51.100.77', '192.0.2.1'] }, ['beta']],
    [{ BackendPublicIps: ['203.0.113.1'] }, []],
    [{ BackendPrivateIps: ['10.0.0.2', '10.9.9.9'] }, ['local']],
    [{ BackendPrivateIps: ['10.9.9.9'] }, []],
    [{ SearchKey: 'lph' }, ['alpha']],
    [{ SearchKey: '100.77' }, ['beta']],
    [{ SearchKey: 'lb-local' }, ['local']],
    [{ ProjectId: 7 }, ['beta']],
    [{ ProjectId: 0 }, ['alpha', 'local']],
    [{ WithRs: 1 }, ['local']],
    [{ WithRs: 0 }, ['alpha', 'beta']],
    [{ VpcId: 'vpc-2' }, ['alpha', 'beta']],
    [{ SecurityGroup: 'sg-1' }, ['beta']],
    [{ SecurityGroup: 'sg-2' }, []],
    [{ MasterZone: '100001' }, ['beta']],
    [by('charge-type', 'PREPAID'), ['beta']],
    [by('internet-charge-type', 'TRAFFIC_POSTPAID_BY_HOUR'), ['local']],
    [by('internet-charge-type', 'BANDWIDTH_PACKAGE'), ['beta']],
    [by('master-zone-id', '100001', '100002'), ['beta']],
    [by('tag-key', 'stage'), ['beta']],
    [by('tag:team', 'red', 'blue'), ['beta']],
    [by('tag:team', 'test'), []],
    [by('tag-value', 'test'), ['beta']],
    [by('function-name', 'f'), []],
    [by('vip-isp', 'INTERNAL', 'BGP'), ['alpha', 'local']],
    [by('vip-isp', 'CMCC'), ['beta']],
    [by('sla-type', 'clb.c3.small'), ['beta']],
    [by('exclusive', '0'), all],
    [by('exclusive', '1'), []],
    [by('vpc-id', 'vpc-local001'), ['local']],
    [{ Filters: [...by('tag:team', 'blue').Filters, ...by('tag:stage', 'test').Filters] }, ['beta']],
    [{ Filters: [...by('tag:team', 'blue').Filters, ...by('tag:stage', 'live').Filters] }, []],
    [{ VpcId: 'vpc-2', LoadBalancerType: 'INTERNAL' }, ['alpha']],
  ])('%j', async (request, expected) => {
    expect(await names(request)).toEqual(expected);
  });

  test.each<[object, string[]]>([
    [{}, ['beta', 'alpha', 'local']],
    [{ OrderBy: 'CreateTime', OrderType: 0 }, ['local', 'alpha', 'beta']],
    [{ OrderBy: 'LoadBalancerName' }, ['local', 'beta', 'alpha']],
    [{ OrderBy: 'LoadBalancerName', OrderType: 0, Limit: 2 }, ['alpha', 'beta']],
    [{ OrderBy: 'LoadBalancerName', OrderType: 0, Limit: 2, Offset: 2 }, ['local']],
    [{ OrderBy: 'LoadBalancerType', OrderType: 0, Limit: 1 }, ['alpha']],
    [{ Offset: 3 }, []],
  ])('in order %j', async (request, expected) => {
    const { LoadBalancerSet = [], TotalCount } = await emulator.sdk.DescribeLoadBalancers(request);
    const seen = LoadBalancerSet.map(({ LoadBalancerName }) => LoadBalancerName);
    expect(TotalCount).toBe(3);
    expect(seen).toEqual(expected);
  });

  test('what was asked for at creation reads so', async () => {
    const { LoadBalancerSet: [seen] = [] } = await emulator.sdk.DescribeLoadBalancers({ LoadBalancerIds: [beta] });
    expect(seen).toMatchObject({
      ChargeType: 'PREPAID',
      NetworkAttributes: { InternetChargeType: 'BANDWIDTH_PACKAGE', InternetMaxBandwidthOut: 100 },
      VipIsp: 'CMCC',
      MasterZone: { ZoneId: 100001 },
    });
    const InternetChargeInfo = { InternetMaxBandwidthOut: 200 };
    await done(emulator.sdk.ModifyLoadBalancerAttributes({ LoadBalancerId: beta, InternetChargeInfo }));
    const { LoadBalancerSet: [after] = [] } = await emulator.sdk.DescribeLoadBalancers({ LoadBalancerIds: [beta] });
    expect(after?.NetworkAttributes).toMatchObject({
      InternetChargeType: 'BANDWIDTH_PACKAGE',
      InternetMaxBandwidthOut: 200,
    });
  });
});

describe('DescribeLoadBalancersDetail', () => {
  test.each<[string, string[], string[]]>([
    ['loadbalancer-id', [lb], ['local']],
    ['project-id', ['7'], ['beta']],
    ['network', ['Private'], ['alpha']],
    ['vip', ['198.51.100.77'], ['beta']],
    ['vpcid', ['vpc-2'], ['alpha', 'beta']],
    ['target-ip', ['10.0.0.3'], ['local']],
    ['zone', ['100001'], ['beta']],
    ['tag-key', ['team'], ['beta']],
    ['tag:team', ['blue'], ['beta']],
    ['tag:team', ['red'], []],
    ['fuzzy-search', ['lph', '100.77'], ['alpha', 'beta']],
  ])('%s %j', async (name, values, expected) => {
    const { LoadBalancerDetailSet = [] } = await emulator.sdk.DescribeLoadBalancersDetail(by(name, ...values));
    expect(LoadBalancerDetailSet.map(({ LoadBalancerName }) => LoadBalancerName).sort()).toEqual(expected);
  });
});

describe('listeners, targets and health', () => {
  test.each<[object, () => string[]]>([
    [{}, () => [tcp, http]],
    [{ Protocol: 'HTTP' }, () => [http]],
    [{ Port: 80 }, () => [tcp]],
    [{ Protocol: 'HTTP', Port: 80 }, () => []],
  ])('DescribeListeners and DescribeTargets %j', async (request, expected) => {
    const { Listeners = [], TotalCount } = await emulator.sdk.DescribeListeners({ LoadBalancerId: lb, ...request });
    expect(Listeners.map(({ ListenerId }) => ListenerId)).toEqual(expected());
    expect(TotalCount).toBe(expected().length);
    const targets = await emulator.sdk.DescribeTargets({ LoadBalancerId: lb, ...request });
    expect(targets.Listeners?.map(({ ListenerId }) => ListenerId)).toEqual(expected());
  });

  test.each<[string, () => string, string[]]>([
    ['private-ip-address', () => '10.0.0.1', ['10.0.0.1 a', '10.0.0.1 b']],
    ['tag', () => 'b', ['10.0.0.2 b', '10.0.0.1 b']],
    ['location-id', () => rule, ['10.0.0.1 b']],
  ])('DescribeTargets by %s', async (name, value, expected) => {
    const { Listeners = [] } = await emulator.sdk.DescribeTargets({ LoadBalancerId: lb, ...by(name, value()) });
    const targets = Listeners.flatMap(
      ({ Targets, Rules }) => Targets ?? Rules?.flatMap((one) => one.Targets ?? []) ?? [],
    );
    expect(targets.map(({ PrivateIpAddresses, Tag }) => `${PrivateIpAddresses?.[0] ?? ''} ${Tag ?? ''}`)).toEqual(
      expected,
    );
  });

  test.each<[string, () => object, string[]]>([
    ['all', () => ({}), ['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.3']],
    ['one listener', () => ({ ListenerIds: [tcp] }), ['10.0.0.1', '10.0.0.2']],
    ['one rule', () => ({ LocationIds: [rule] }), ['10.0.0.1']],
    ['a rule of another listener', () => ({ ListenerIds: [tcp], LocationIds: [rule] }), []],
  ])('DescribeTargetHealth of %s', async (_what, request, expected) => {
    const { LoadBalancers = [] } = await emulator.sdk.DescribeTargetHealth({
      LoadBalancerIds: [lb, beta],
      ...request(),
    });
    expect(LoadBalancers.map(({ LoadBalancerId }) => LoadBalancerId)).toEqual([lb, beta]);
    const rules = LoadBalancers.flatMap(({ Listeners }) => Listeners?.flatMap(({ Rules }) => Rules ?? []) ?? []);
    expect(rules.flatMap(({ Targets }) => Targets?.map(({ IP }) => IP) ?? [])).toEqual(expected);
  });

  test('DescribeLBListeners looks for an address in its VPC', async () => {
    const ask = (VpcId: string, ...ips: string[]) =>
      emulator.sdk.DescribeLBListeners({ Backends: ips.map((PrivateIp) => ({ VpcId, PrivateIp })) });
    const { LoadBalancers } = await ask('vpc-local001', '10.0.0.2', '10.0.0.3');
    expect(LoadBalancers).toMatchObject([
      {
        LoadBalancerId: lb,
        Listeners: [
          { ListenerId: tcp, Rules: null, Targets: [{ PrivateIp: '10.0.0.2' }] },
          { ListenerId: http, Targets: null, Rules: [{ Url: '/b', Targets: [{ PrivateIp: '10.0.0.3' }] }] },
        ],
      },
    ]);
    expect((await ask('vpc-2', '10.0.0.2')).LoadBalancers).toEqual([]);
  });

  test('DescribeAsyncJobs goes through its pages', async () => {
    const { sdk } = emulator;
    const page = async (request: object) => {
      const { Jobs = [], NextToken } = await sdk.DescribeAsyncJobs({ MaxResults: 2, ...request });
      return { jobs: Jobs.map(({ ApiName }) => ApiName), NextToken };
    };
    const first = await page({});
    expect(first).toEqual({ jobs: ['CreateLoadBalancer', 'CreateLoadBalancer'], NextToken: '2' });
    expect((await page({ NextToken: first.NextToken })).jobs[0]).toBe('SetLoadBalancerSecurityGroups');
    expect((await page({ NextToken: '100' })).jobs).toEqual([]);
    expect((await refusalOf(page({ NextToken: '-1' }))).code).toBe('InvalidParameter.FormatError');
  });

  test('DescribeIdleLoadBalancers looks at the region that the request names', async () => {
    const idle = async (request: object) => (await emulator.sdk.DescribeIdleLoadBalancers(request)).IdleLoadBalancers;
    expect((await idle({}))?.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(['alpha', 'beta']);
    expect(await idle({ LoadBalancerRegion: 'ap-shanghai' })).toEqual([]);
  });
});

test.each([
  ['DescribeLoadBalancers', {}],
  ['DescribeLoadBalancers', { LoadBalancerIds: ['lb-missing1'] }],
  ['DescribeLoadBalancersDetail', {}],
  ['DescribeTargets', { LoadBalancerId: lb }],
  ['DescribeTargets', { LoadBalancerId: lb, Port: 99 }],
])('%s %j refuses a filter that it does not have, whatever there is to read', async (action, request) => {
  for (const name of ['colour', 'constructor', 'tag;team']) {
    const Filters = [...by('private-ip-address', '192.0.2.1').Filters, ...by(name, 'x').Filters];
    const wanted = action === 'DescribeTargets' ? { Filters } : by(name, 'x');
    const refusal = await refusalOf(emulator.sdk.request(action, { ...request, ...wanted }));
    expect(refusal).toMatchObject({
      code: 'InvalidParameter.InvalidFilter',
      message: expect.stringContaining(name) as unknown,
    });
  }
});

test('the listeners of a load balancer that is stopped say so', async () => {
  const { sdk } = emulator;
  const flags = async () =>
    (await sdk.DescribeListeners({ LoadBalancerId: lb })).Listeners?.map(({ AttrFlags }) => AttrFlags);
  await done(sdk.SetLoadBalancerStartStatus({ LoadBalancerId: lb, OperationType: 'Stop' }));
  expect(await flags()).toEqual([['Stop'], ['Stop']]);
  await done(sdk.SetLoadBalancerStartStatus({ LoadBalancerId: lb, OperationType: 'Start' }));
  expect(await flags()).toEqual([[], []]);
});

describe('lists that have nothing in them', () => {
  test('are empty, and null only where the official samples have null', async () => {
    const { sdk } = emulator;
    const LoadBalancerId = await create({ LoadBalancerName: 'empty', LoadBalancerType: 'OPEN' });
    const listen = (Protocol: string, port: number) =>
      done(sdk.CreateListener({ LoadBalancerId, Ports: [port], Protocol }));
    expect(await sdk.DescribeListeners({ LoadBalancerId })).toMatchObject({ Listeners: [], TotalCount: 0 });
    expect((await sdk.DescribeTargets({ LoadBalancerId })).Listeners).toEqual([]);
    await listen('TCP', 80);
    await listen('HTTP', 81);
    expect((await sdk.DescribeListeners({ LoadBalancerId })).Listeners).toMatchObject([
      { Protocol: 'TCP', Rules: null, AttrFlags: [], TargetGroupList: null, Certificate: null, KeepaliveEnable: null },
      { Protocol: 'HTTP', Rules: [], HealthCheck: null, Scheduler: null, KeepaliveEnable: 0 },
    ]);
    expect((await sdk.DescribeTargets({ LoadBalancerId })).Listeners).toMatchObject([
      { Protocol: 'TCP', Rules: null, Targets: [] },
      { Protocol: 'HTTP', Rules: [], Targets: null },
    ]);
    const { LoadBalancers: [health] = [] } = await sdk.DescribeTargetHealth({ LoadBalancerIds: [LoadBalancerId] });
    expect(health?.Listeners).toMatchObject([{ Rules: [{ Domain: null, Url: null, Targets: [] }] }, { Rules: [] }]);
    const { LoadBalancerSet: [seen] = [] } = await sdk.DescribeLoadBalancers({ LoadBalancerIds: [LoadBalancerId] });
    expect(seen).toMatchObject({ Tags: [], SecureGroups: [], SnatIps: [], AttributeFlags: [], MasterZone: null });
    expect((await sdk.DescribeRewrite({ LoadBalancerId })).RewriteSet).toEqual([]);
    expect((await sdk.DescribeLoadBalancers({ LoadBalancerIds: ['lb-missing1'] })).LoadBalancerSet).toEqual([]);
    const { CertSet } = await sdk.DescribeLoadBalancerListByCertId({ CertIds: ['none'] });
    expect(CertSet).toEqual([{ CertId: 'none', LoadBalancers: [] }]);
  });
});

test('the id of a clone is in the answer of its task only', async () => {
  const { sdk } = emulator;
  const { RequestId = '' } = await sdk.CloneLoadBalancer({ LoadBalancerId: lb, LoadBalancerName: 'twin' });
  const made = (await waitForTask(sdk, RequestId)).LoadBalancerIds;
  const { LoadBalancerSet: [twin] = [] } = await sdk.DescribeLoadBalancers({ LoadBalancerName: 'twin' });
  expect(made).toEqual([twin?.LoadBalancerId]);
  expect(made).not.toContain(lb);
  expect((await sdk.DescribeAsyncJobs({ RequestIds: [RequestId] })).Jobs).toMatchObject([{ ResourceIds: made }]);
});
