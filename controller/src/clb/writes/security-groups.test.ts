import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { webOwner } from '../../testing/builders.ts';
import { startClbWorld, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
const policies = [
  { action: 'ACCEPT', protocol: 'TCP', port: '80,443', cidr: '192.0.2.0/24' },
  { action: 'ACCEPT', protocol: 'UDP', port: '53', cidr: '2001:db8::/32' },
] as const;
const Ingress = [
  { Action: 'ACCEPT', Protocol: 'TCP', Port: '80,443', CidrBlock: '192.0.2.0/24' },
  { Action: 'ACCEPT', Protocol: 'UDP', Port: '53', Ipv6CidrBlock: '2001:db8::/32' },
];
const tags = (uid = webOwner.uid, cluster = 'cls-1') => [
  { Key: 'clb-direct.io/cluster', Value: cluster },
  { Key: 'clb-direct.io/owner-uid', Value: uid },
];
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

describe('a security group', () => {
  test('is made with its policies, the tags by which it is found again, and a name for people', async () => {
    world.cloud.replies('CreateSecurityGroupWithPolicies', {
      response: { SecurityGroup: { SecurityGroupId: 'sg-1' } },
    });
    expect(await world.clb.createSecurityGroup({ owner: webOwner, policies }, 'cls-1', signal)).toBe('sg-1');
    expect(world.cloud.bodiesOf('CreateSecurityGroupWithPolicies')).toEqual([
      {
        GroupName: 'clb-direct_shop_web',
        GroupDescription: 'loadBalancerSourceRanges of Service shop/web',
        SecurityGroupPolicySet: { Ingress },
        Tags: tags(),
      },
    ]);
    expect(world.cloud.requests[0]?.headers['x-tc-version']).toBe('2017-03-12');
  });

  test('has a name as long as the API takes it', async () => {
    world.cloud.replies('CreateSecurityGroupWithPolicies', {
      response: { SecurityGroup: { SecurityGroupId: 'sg-1' } },
    });
    const owner = { ...webOwner, namespace: 'n'.repeat(63), name: 'w'.repeat(63) };
    await world.clb.createSecurityGroup({ owner, policies }, 'cls-1', signal);
    const [{ GroupName, GroupDescription } = {}] = world.cloud.bodiesOf('CreateSecurityGroupWithPolicies');
    expect([String(GroupName).length, String(GroupDescription).length]).toEqual([60, 100]);
  });

  test('without an id in the answer is a failure', async () => {
    world.cloud.replies('CreateSecurityGroupWithPolicies', { response: {} });
    const made = world.clb.createSecurityGroup({ owner: webOwner, policies }, 'cls-1', signal);
    await expect(made).rejects.toMatchObject({ kind: 'transient', code: 'Malformed' });
  });

  test('that may not be made says which permission is missing', async () => {
    world.cloud.replies('CreateSecurityGroupWithPolicies', { error: 'UnauthorizedOperation', message: 'no' });
    const made = world.clb.createSecurityGroup({ owner: webOwner, policies }, 'cls-1', signal);
    await expect(made).rejects.toThrow('Allow vpc:CreateSecurityGroupWithPolicies in CAM for the identity');
  });

  test('changes all policies in one request without a version, with both directions', async () => {
    world.cloud.replies('ModifySecurityGroupPolicies', { response: {} });
    await world.clb.setSecurityPolicies('sg-1', policies, signal);
    expect(world.cloud.bodiesOf('ModifySecurityGroupPolicies')).toEqual([
      { SecurityGroupId: 'sg-1', SecurityGroupPolicySet: { Ingress, Egress: [] } },
    ]);
  });

  test.each(['ResourceNotFound', 'InvalidSecurityGroupID.NotFound'])(
    'that is gone (%s) is deleted, and has no policies',
    async (error) => {
      world.cloud.replies('DeleteSecurityGroup', { error });
      world.cloud.replies('DescribeSecurityGroupPolicies', { error });
      await world.clb.deleteSecurityGroup('sg-1', signal);
      expect(await world.clb.describeSecurityPolicies('sg-1', signal)).toBeUndefined();
    },
  );

  test.each([
    ['deleteSecurityGroup', async () => world.clb.deleteSecurityGroup('', signal)],
    ['setSecurityPolicies', async () => world.clb.setSecurityPolicies('', policies, signal)],
    ['describeSecurityPolicies', async () => world.clb.describeSecurityPolicies('', signal)],
    ['isSecurityGroupUsed', async () => world.clb.isSecurityGroupUsed('', signal)],
    ['listSecurityGroups', async () => world.clb.listSecurityGroups('', signal)],
  ])('without an id is not asked for: %s', async (_, act) => {
    await expect(act()).rejects.toMatchObject({ code: 'EmptyId' });
  });

  test.each([
    [[{ LoadBalancerId: 'lb-1', Status: 1 }], true],
    [[], false],
  ])('is used by the CLBs that have it: %j', async (LoadBalancerSet, isUsed) => {
    world.cloud.replies('DescribeLoadBalancers', { response: { LoadBalancerSet } });
    expect(await world.clb.isSecurityGroupUsed('sg-1', signal)).toBe(isUsed);
    expect(world.cloud.bodiesOf('DescribeLoadBalancers')).toEqual([{ SecurityGroup: 'sg-1', Limit: 1 }]);
  });
});

describe('the policies of a group', () => {
  const read = async (Policies: object[]) => {
    const SecurityGroupPolicySet = { Version: '3', Ingress: Policies, Egress: [] };
    world.cloud.replies('DescribeSecurityGroupPolicies', { response: { SecurityGroupPolicySet } });
    return world.clb.describeSecurityPolicies('sg-1', signal);
  };
  const wanted = 'ACCEPT TCP 80,443 192.0.2.0/24\nACCEPT UDP 53 2001:db8::/32';

  test('are the same however the API writes them', async () => {
    expect(await read(Ingress.toReversed())).toBe(wanted);
    const nothing = { SecurityGroupId: '', AddressTemplate: { AddressId: '', AddressGroupId: '' }, PolicyIndex: 0 };
    const [tcp, udp] = Ingress;
    const other = [
      { ...tcp, ...nothing, Action: 'accept', Protocol: 'tcp', Port: '443,80', Ipv6CidrBlock: '' },
      { ...udp, ...nothing, CidrBlock: null, ServiceTemplate: null },
    ];
    expect(await read(other)).toBe(wanted);
    expect(await read([{ ...tcp, CidrBlock: '192.0.2.7' }])).toBe(await read([{ ...tcp, CidrBlock: '192.0.2.7/32' }]));
  });

  test.each([
    [{ CidrBlock: '', SecurityGroupId: 'sg-2' }],
    [{ CidrBlock: '', AddressTemplate: { AddressId: 'ipm-1' } }],
    [{ ServiceTemplate: { ServiceId: 'ppm-1' } }],
    [{ Protocol: 'ICMP' }],
    [{ Action: 'DROP' }],
  ])('with %j are others', async (change) => {
    expect(await read([{ ...Ingress[0], ...change }, Ingress[1] ?? {}])).not.toBe(wanted);
  });

  test('that are not in the answer are a failure', async () => {
    world.cloud.replies('DescribeSecurityGroupPolicies', { response: {} });
    await expect(world.clb.describeSecurityPolicies('sg-1', signal)).rejects.toMatchObject({ code: 'Malformed' });
  });
});

describe('the security groups of a cluster', () => {
  test('are those with its tags, whatever the filter lets through, page by page', async () => {
    const page = (length: number, from: number) =>
      Array.from({ length }, (_, at) => ({ SecurityGroupId: `sg-${from + at}`, TagSet: tags(`uid-${from + at}`) }));
    const others = [
      { SecurityGroupId: 'sg-a', TagSet: tags('uid', 'cls-2') },
      { SecurityGroupId: 'sg-b', TagSet: null },
      { SecurityGroupId: 'sg-c', TagSet: [tags()[0]] },
    ];
    const pages = [page(100, 0), [...page(1, 100), ...others]].map((set) => ({ response: { SecurityGroupSet: set } }));
    world.cloud.replies('DescribeSecurityGroups', ...pages);
    const found = await world.clb.listSecurityGroups('cls-1', signal);
    expect([found.length, found[100]]).toEqual([101, { id: 'sg-100', ownerUid: 'uid-100' }]);
    expect(world.cloud.bodiesOf('DescribeSecurityGroups')).toEqual(
      ['0', '100'].map((Offset) => ({
        Filters: [{ Name: 'tag:clb-direct.io/cluster', Values: ['cls-1'] }],
        Offset,
        Limit: '100',
      })),
    );
  });

  test('without a list are a failure: an empty one would have everything made again', async () => {
    world.cloud.replies('DescribeSecurityGroups', { response: {} });
    await expect(world.clb.listSecurityGroups('cls-1', signal)).rejects.toMatchObject({ code: 'Malformed' });
  });
});
