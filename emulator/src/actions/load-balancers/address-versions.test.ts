import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusalOf, startTestEmulator, waitForTask, type TestEmulator } from '../../testing/test-emulator.ts';

const subnet = { SubnetId: 'subnet-1' };
const ipv6 = { AddressIPVersion: 'IPv6FullChain', ...subnet };
const nat64 = { AddressIPVersion: 'ipv6' };

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

const create = (request: object) => emulator.sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', ...request });

async function made(request: object): Promise<string> {
  const { LoadBalancerIds: [id = ''] = [], RequestId } = await create(request);
  await waitForTask(emulator.sdk, RequestId);
  return id;
}

async function read(id: string) {
  return (await emulator.sdk.DescribeLoadBalancers({ LoadBalancerIds: [id] })).LoadBalancerSet?.[0];
}

async function readDetail(id: string) {
  const Fields = ['Address', 'AddressIPv6', 'AddressIPVersion', 'IPv6Mode', 'LoadBalancerDomain'];
  const Filters = [{ Name: 'loadbalancer-id', Values: [id] }];
  return (await emulator.sdk.DescribeLoadBalancersDetail({ Fields, Filters })).LoadBalancerDetailSet?.[0];
}

describe('What the reads say of', () => {
  const vip = expect.stringMatching(/^198\.51\.100\.\d+$/);
  const ipv6Vip = expect.stringMatching(/^2001:db8:51::\w+$/);
  const ofIpv6 = { LoadBalancerVips: [], AddressIPv6: ipv6Vip, AddressIPVersion: 'ipv6' };
  const noAddress = { LoadBalancerVips: [], AddressIPv6: null };
  const name = expect.stringMatching(/^lb-\w+\.ap-guangzhou\.clb\.example$/);
  const kinds: [string, object, object, object][] = [
    [
      'IPv4',
      {},
      { LoadBalancerVips: [vip], AddressIPVersion: 'ipv4', AddressIPv6: null, IPv6Mode: null, LoadBalancerDomain: '' },
      { Address: vip, AddressIPVersion: 'IPv4' },
    ],
    [
      'IPv6',
      ipv6,
      { ...ofIpv6, IPv6Mode: 'IPv6FullChain', MixIpTarget: false },
      { Address: null, AddressIPv6: ipv6Vip, AddressIPVersion: 'IPv6', IPv6Mode: 'IPv6FullChain' },
    ],
    ['IPv6 before IPv4 targets', nat64, { ...ofIpv6, IPv6Mode: 'IPv6Nat64' }, { IPv6Mode: 'IPv6Nat64' }],
    [
      'a domain',
      { DynamicVip: true },
      { ...noAddress, AddressIPVersion: 'ipv4', Domain: name, LoadBalancerDomain: name },
      { Address: null, LoadBalancerDomain: name },
    ],
    [
      'a domain before IPv6 targets',
      { ...ipv6, DynamicVip: true },
      { ...noAddress, AddressIPVersion: 'ipv6', LoadBalancerDomain: name },
      { Address: null, AddressIPv6: null },
    ],
  ];
  test.each(kinds)('%s', async (_, request, expected, detail) => {
    const id = await made(request);
    expect(await read(id)).toMatchObject(expected);
    expect(await readDetail(id)).toMatchObject(detail);
  });
});

test('A load balancer is found by its IPv6 address or its domain.', async () => {
  const wanted = await made({ ...ipv6, Vip: '2001:DB8:51::0F0' });
  const named = await made({ DynamicVip: true });
  const domain = (await read(named))?.LoadBalancerDomain ?? '';
  const found = async (request: object) =>
    (await emulator.sdk.DescribeLoadBalancers(request)).LoadBalancerSet?.map((one) => one.LoadBalancerId);
  expect(await found({ LoadBalancerVips: ['2001:db8:51::f0'] })).toEqual([wanted]);
  expect(await found({ Domain: domain })).toEqual([named]);
  expect(await found({ SearchKey: domain })).toEqual([named]);
});

test.each<[string, object, string]>([
  ['IPv6 without a subnet', { AddressIPVersion: 'IPv6FullChain' }, 'MissingParameter'],
  ['IPv6 inside the VPC', { ...ipv6, LoadBalancerType: 'INTERNAL', VpcId: 'vpc-1' }, 'InvalidParameter'],
  ['IPv4 of the internet with a subnet', subnet, 'InvalidParameter'],
  ['NAT64 with a subnet', { ...nat64, ...subnet }, 'InvalidParameter'],
  ['NAT64 at a chosen address', { ...nat64, Vip: '2001:db8:51::5' }, 'InvalidParameter'],
  ['IPv6 in two zones', { ...ipv6, MasterZoneId: '100001' }, 'InvalidParameter'],
  ['IPv6 at an IPv4 address', { ...ipv6, Vip: '198.51.100.77' }, 'InvalidParameter.FormatError'],
  ['IPv4 at an IPv6 address', { Vip: '2001:db8:51::77' }, 'InvalidParameter.FormatError'],
  ['a version that does not exist', { AddressIPVersion: 'IPV5' }, 'InvalidParameterValue'],
])('%s is refused.', async (_, request, code) => {
  expect((await refusalOf(create(request))).code).toBe(code);
});

test('A copy is of the same kind, and NAT64 is not copied.', async () => {
  const source = await made(ipv6);
  const clone = (id: string) => emulator.sdk.CloneLoadBalancer({ LoadBalancerId: id });
  const { LoadBalancerIds: [copy = ''] = [] } = await waitForTask(emulator.sdk, (await clone(source)).RequestId);
  expect(await read(copy)).toMatchObject({ IPv6Mode: 'IPv6FullChain' });
  expect((await refusalOf(clone(await made(nat64)))).code).toBe('UnsupportedOperation');
});

describe('Targets of', () => {
  async function listener(id: string, Protocol: string, rest: object = {}): Promise<string> {
    const request = { LoadBalancerId: id, Ports: [80], Protocol, ...rest };
    const { ListenerIds: [listenerId = ''] = [], RequestId } = await emulator.sdk.CreateListener(request);
    await waitForTask(emulator.sdk, RequestId);
    return listenerId;
  }

  async function rule(id: string, ListenerId: string): Promise<string> {
    const Rules = [{ Domain: 'shop.example', Url: '/' }];
    const made = await emulator.sdk.CreateRule({ LoadBalancerId: id, ListenerId, Rules });
    await waitForTask(emulator.sdk, made.RequestId);
    return made.LocationIds?.[0] ?? '';
  }

  /** What cannot be bound of both. */
  async function refused(id: string, ListenerId: string, LocationId?: string): Promise<string[]> {
    const at = { ListenerId, Port: 80, ...(LocationId === undefined ? {} : { LocationId }) };
    const messages: string[] = [];
    for (const EniIp of ['10.0.0.1', 'FD00::0:1']) {
      const batch = await emulator.sdk.BatchRegisterTargets({ LoadBalancerId: id, Targets: [{ ...at, EniIp }] });
      if (batch.FailListenerIdSet?.length) messages.push(batch.Message ?? '');
    }
    return messages;
  }

  test.each<[string, object, string[]]>([
    ['IPv4', {}, ['IPv6']],
    ['IPv6', ipv6, ['IPv4']],
    ['IPv6 NAT64', nat64, ['IPv6']],
  ])('%s listeners are of one family; the other is refused.', async (_, request, families) => {
    const id = await made(request);
    const messages = await refused(id, await listener(id, 'TCP'));
    expect(messages).toEqual(families.map((family) => expect.stringContaining(`is ${family}, and`)));
  });

  test('rules are of both families while MixIpTarget is on; listeners of TCP are not.', async () => {
    const id = await made(ipv6);
    const tcp = await listener(id, 'TCP');
    const http = await listener(id, 'HTTP', { Ports: [8080] });
    const location = await rule(id, http);
    const [refusal = ''] = await refused(id, http, location);
    expect(refusal).toContain('10.0.0.1 is IPv4');
    await emulator.sdk.ModifyLoadBalancerMixIpTarget({ LoadBalancerIds: [id], MixIpTarget: true });
    expect((await read(id))?.MixIpTarget).toBe(true);
    expect(await refused(id, http, location)).toEqual([]);
    expect(await refused(id, tcp)).toHaveLength(1);
    const { Listeners: [, rules] = [] } = await emulator.sdk.DescribeTargets({ LoadBalancerId: id });
    const ips = rules?.Rules?.[0]?.Targets?.flatMap(({ PrivateIpAddresses }) => PrivateIpAddresses ?? []);
    // In the one spelling, once, however often and in whatever spelling it was bound.
    expect(ips?.sort()).toEqual(['10.0.0.1', 'fd00::1']);
  });

  test('RegisterTargets refuses the other family with a code.', async () => {
    const id = await made(ipv6);
    const ListenerId = await listener(id, 'TCP');
    const Targets = [{ EniIp: '10.0.0.1', Port: 80 }];
    const call = emulator.sdk.RegisterTargets({ LoadBalancerId: id, ListenerId, Targets });
    expect((await refusalOf(call)).code).toBe('InvalidParameter');
  });

  test('IPv6 are checked every 5 s at most.', async () => {
    const id = await made(ipv6);
    const quick = { HealthCheck: { IntervalTime: 4, TimeOut: 2 } };
    const range = 'InvalidParameterValue.Range';
    expect((await refusalOf(listener(id, 'TCP', quick))).code).toBe(range);
    const ListenerId = await listener(id, 'TCP', { HealthCheck: { IntervalTime: 5 } });
    const modify = emulator.sdk.ModifyListener({ LoadBalancerId: id, ListenerId, ...quick });
    expect((await refusalOf(modify)).code).toBe(range);
    const http = await listener(id, 'HTTP', { Ports: [8080] });
    const Rules = [{ Domain: 'shop.example', Url: '/', ...quick }];
    const create = emulator.sdk.CreateRule({ LoadBalancerId: id, ListenerId: http, Rules });
    expect((await refusalOf(create)).code).toBe(range);
    const LocationId = await rule(id, http);
    const change = { LoadBalancerId: id, ListenerId: http, LocationId, ...quick };
    expect((await refusalOf(emulator.sdk.ModifyRule(change))).code).toBe(range);
  });
});

test('MixIpTarget is for IPv6 load balancers only.', async () => {
  for (const request of [{}, nat64]) {
    const LoadBalancerIds = [await made(request)];
    const call = emulator.sdk.ModifyLoadBalancerMixIpTarget({ LoadBalancerIds, MixIpTarget: true });
    expect((await refusalOf(call)).code).toBe('InvalidParameter');
  }
});

test('A load balancer of tests can have an IPv6 address, and what was saved is loaded.', async () => {
  const body = { vip: '2001:db8:51::77', vpcId: 'vpc-1' };
  expect((await emulator.admin('PUT', '/load-balancers/lb-six', body)).status).toBe(200);
  const { body: saved } = await emulator.admin('GET', '/state/save');
  expect((await emulator.admin('PUT', '/state/load', saved)).status).toBeLessThan(300);
  expect(await read('lb-six')).toMatchObject({ AddressIPv6: body.vip, IPv6Mode: 'IPv6FullChain' });
});
