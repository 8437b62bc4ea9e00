import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v20170312 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/index.js';
import { parsePolicy } from '../../credentials/parse-policy.ts';
import { definitions } from '../../definitions/definitions.ts';
import { responseMisfits } from '../../definitions/response-misfits.ts';
import { defaultQuotas } from '../../limits/quotas.ts';
import { refusalOf, startTestEmulator, type TestEmulator } from '../../testing/test-emulator.ts';

const lb = 'lb-local001';
const about = { GroupName: 'ours', GroupDescription: 'of a test' };
const accept = (CidrBlock: string, Port = '80', Protocol = 'TCP') => ({ Action: 'ACCEPT', Protocol, Port, CidrBlock });
let emulator: TestEmulator;

beforeEach(async () => {
  const statement = [{ effect: 'allow', action: 'vpc:Describe*', resource: '*' }];
  const policies = { reader: parsePolicy({ version: '2.0', statement }) };
  const credentials = { 'local-id': { secretKey: 'local-key' }, reader: { secretKey: 'key' } };
  emulator = await startTestEmulator({ credentials, policies, quotas: { ...defaultQuotas, securityGroups: 3 } });
});
afterEach(() => emulator.close());

function vpc(secretId = 'local-id', secretKey = 'local-key', region = 'ap-guangzhou') {
  return new v20170312.Client({
    credential: { secretId, secretKey },
    region,
    profile: { language: 'en-US', httpProfile: { endpoint: `127.0.0.1:${emulator.apiPort}`, protocol: 'http://' } },
  });
}

async function make(Ingress: object[] = [accept('192.0.2.0/24')], value = 'us') {
  const Tags = [{ Key: 'who', Value: value }];
  const request = { ...about, SecurityGroupPolicySet: { Ingress }, Tags };
  const { SecurityGroup: made } = await vpc().CreateSecurityGroupWithPolicies(request);
  return made?.SecurityGroupId ?? '';
}
const policiesOf = async (id: string) =>
  (await vpc().DescribeSecurityGroupPolicies({ SecurityGroupId: id })).SecurityGroupPolicySet;
const modify = async (SecurityGroupId: string, SecurityGroupPolicySet: object) =>
  vpc().ModifySecurityGroupPolicies({ SecurityGroupId, SecurityGroupPolicySet });

describe('security groups of VPC, by the official SDK, with answers as its types say', () => {
  test('are made with their policies and tags, found by them, and shown', async () => {
    const id = await make([
      accept('192.0.2.0/24', '80,443'),
      { ...accept('', 'all', 'all'), Ipv6CidrBlock: '2001:db8::/32' },
    ]);
    await make([], 'them');
    const found = await vpc().DescribeSecurityGroups({ Filters: [{ Name: 'tag:who', Values: ['us'] }], Limit: '100' });
    expect(found.SecurityGroupSet).toMatchObject([
      { SecurityGroupId: id, SecurityGroupName: 'ours', TagSet: [{ Key: 'who', Value: 'us' }] },
    ]);
    const shown = await vpc().DescribeSecurityGroupPolicies({ SecurityGroupId: id });
    expect(shown.SecurityGroupPolicySet?.Ingress).toMatchObject([
      { PolicyIndex: 0, ...accept('192.0.2.0/24', '80,443') },
      { PolicyIndex: 1, Action: 'ACCEPT', Protocol: 'ALL', Port: 'ALL', Ipv6CidrBlock: '2001:db8::/32' },
    ]);
    expect(responseMisfits(definitions, 'DescribeSecurityGroups', found)).toEqual([]);
    expect(responseMisfits(definitions, 'DescribeSecurityGroupPolicies', shown)).toEqual([]);
  });

  test('are listed page by page, each in its region', async () => {
    await make();
    await make();
    const pages = ['0', '1', '2'].map((Offset) => vpc().DescribeSecurityGroups({ Offset, Limit: '1' }));
    const sizes = (await Promise.all(pages)).map(({ SecurityGroupSet: set, TotalCount: all }) => [set?.length, all]);
    expect(sizes).toEqual([[1, 2], [1, 2], [0, 2]]); // prettier-ignore
  });

  test('change all their policies at once, and count that', async () => {
    const id = await make();
    await modify(id, { Ingress: [accept('10.0.0.0/8', '53', 'UDP')], Egress: [] });
    expect(await policiesOf(id)).toMatchObject({ Version: '2', Ingress: [accept('10.0.0.0/8', '53', 'UDP')] });
    const stale = await refusalOf(modify(id, { Version: '1', Ingress: [], Egress: [] }));
    expect(stale.code).toBe('UnsupportedOperation.VersionMismatch');
    await modify(id, { Version: '0', Ingress: [accept('0.0.0.0/0')], Egress: [] });
    expect((await policiesOf(id))?.Ingress).toEqual([]);
  });

  test('take a range that begins with 0.0.0.0 for everybody, as the documentation says', async () => {
    expect((await policiesOf(await make([accept('0.0.0.0/8')])))?.Ingress).toMatchObject([accept('0.0.0.0/0')]);
  });

  test.each([
    [{ CidrBlock: 'nowhere' }, 'InvalidParameterValue'],
    [{ CidrBlock: '', Ipv6CidrBlock: '::/129' }, 'InvalidParameterValue'],
    [{ Ipv6CidrBlock: '::/0' }, 'InvalidParameter.Coexist'],
    [{ Port: '0' }, 'InvalidParameterValue'],
    [{ Protocol: 'ALL' }, 'InvalidParameterValue'],
    [{ Protocol: 'GRE' }, 'InvalidParameterValue'],
    [{ Action: 'MAYBE' }, 'InvalidParameterValue'],
  ])('refuse a policy with %j', async (change, code) => {
    expect((await refusalOf(make([{ ...accept('192.0.2.0/24'), ...change }]))).code).toBe(code);
  });

  test('refuse a change of one direction only, more than the quotas, and what is not there', async () => {
    const id = await make();
    expect((await refusalOf(modify(id, { Ingress: [] }))).code).toBe('InvalidParameterValue');
    const many = Array.from({ length: 101 }, () => accept('192.0.2.0/24'));
    expect((await refusalOf(modify(id, { Ingress: many, Egress: [] }))).code).toBe('LimitExceeded');
    await make();
    await make();
    expect((await refusalOf(make())).code).toBe('LimitExceeded');
    expect((await refusalOf(policiesOf('sg-none'))).code).toBe('ResourceNotFound');
  });

  test('are not deleted while a load balancer has them', async () => {
    const id = await make();
    await emulator.sdk.SetLoadBalancerSecurityGroups({ LoadBalancerId: lb, SecurityGroups: [id] });
    expect((await refusalOf(vpc().DeleteSecurityGroup({ SecurityGroupId: id }))).code).toBe('ResourceInUse');
    await emulator.sdk.SetLoadBalancerSecurityGroups({ LoadBalancerId: lb, SecurityGroups: [] });
    await vpc().DeleteSecurityGroup({ SecurityGroupId: id });
    expect((await refusalOf(vpc().DeleteSecurityGroup({ SecurityGroupId: id }))).code).toBe('ResourceNotFound');
  });

  test('are the same groups that the admin API knows: rules that it puts are a change by hand', async () => {
    const id = await make();
    await emulator.admin('PUT', `/security-groups/${id}`, { ingress: [{ action: 'ACCEPT', cidrBlock: '0.0.0.0/0' }] });
    expect(await policiesOf(id)).toMatchObject({ Version: '2', Ingress: [accept('0.0.0.0/0', 'ALL', 'ALL')] });
    await emulator.admin('DELETE', `/security-groups/${id}`);
    expect((await refusalOf(policiesOf(id))).code).toBe('ResourceNotFound');
  });
});

test('A policy names its actions by "vpc:", and the refusal does too.', async () => {
  const { code, message } = await refusalOf(vpc('reader', 'key').CreateSecurityGroupWithPolicies(about));
  expect([code, message]).toEqual([
    'UnauthorizedOperation',
    expect.stringContaining('(vpc:CreateSecurityGroupWithPolicies)'),
  ]);
  expect((await vpc('reader', 'key').DescribeSecurityGroups({})).TotalCount).toBe(0);
});

test('A group that was made is in the saved state, and is there again when that is loaded.', async () => {
  const id = await make();
  const { body: saved } = await emulator.admin<object>('GET', '/state/save');
  await vpc().DeleteSecurityGroup({ SecurityGroupId: id });
  expect((await emulator.admin('PUT', '/state/load', saved)).status).toBe(200);
  expect((await policiesOf(id))?.Ingress).toMatchObject([accept('192.0.2.0/24')]);
});
