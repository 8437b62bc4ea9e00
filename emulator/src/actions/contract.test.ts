import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v20180813 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/index.js';
import type { ActionName, RequestOf } from './parts/action.ts';
import { clbActions } from '../definitions/action-names.ts';
import { definitions } from '../definitions/definitions.ts';
import { responseMisfits } from '../definitions/response-misfits.ts';
import { createTestClock } from '../testing/test-clock.ts';
import {
  connectSdk,
  startTestEmulator,
  waitForTask,
  type SdkClient,
  type TestEmulator,
} from '../testing/test-emulator.ts';

const lb = 'lb-local001';
const called = new Set<string>();
let emulator: TestEmulator;

type AnswerOf<Name extends ActionName> = Awaited<ReturnType<SdkClient[Name]>>;

/** Calls an action by the SDK's method, compares the answer with the SDK's definition, and waits for its task. */
async function call<Name extends ActionName>(name: Name, request: RequestOf<Name>): Promise<AnswerOf<Name>> {
  called.add(name);
  const method = emulator.sdk[name].bind(emulator.sdk) as unknown as (
    request: RequestOf<Name>,
  ) => Promise<AnswerOf<Name>>;
  const answer = await method(request);
  expect(responseMisfits(definitions, name, answer)).toEqual([]);
  if (name.startsWith('Describe')) return answer;
  expect((await waitForTask(emulator.sdk, answer.RequestId)).Status).toBe(0);
  return answer;
}

/** Every listener of the test load balancer with its rules, as the API shows them. */
async function listeners() {
  return (await call('DescribeListeners', { LoadBalancerId: lb })).Listeners ?? [];
}

async function firstRule(protocol: string) {
  const listener = (await listeners()).find(({ Protocol }) => Protocol === protocol);
  return { listenerId: listener?.ListenerId ?? '', locationId: listener?.Rules?.[0]?.LocationId ?? '' };
}

const listen = async (protocol: string, port: number, more: object = {}) => {
  const request = { LoadBalancerId: lb, Ports: [port], Protocol: protocol, ...more };
  return (await call('CreateListener', request)).ListenerIds?.[0] ?? '';
};
const certificate = (name: string) => ({ CertName: name, CertContent: `content of ${name}`, CertKey: 'key' });

describe('every action, by the official SDK, with answers as its types say', () => {
  beforeAll(async () => {
    emulator = await startTestEmulator();
  });
  afterAll(() => emulator.close());

  test('load balancers are made, changed, copied, listed and deleted', async () => {
    const made = await call('CreateLoadBalancer', { LoadBalancerType: 'OPEN', LoadBalancerName: 'web-a', Number: 2 });
    const [first = '', second = ''] = made.LoadBalancerIds ?? [];
    const ipv6 = { LoadBalancerType: 'OPEN', AddressIPVersion: 'IPv6FullChain', SubnetId: 'subnet-1' };
    const { LoadBalancerIds: [third = ''] = [] } = await call('CreateLoadBalancer', ipv6);
    await call('ModifyLoadBalancerMixIpTarget', { LoadBalancerIds: [third], MixIpTarget: true });
    await call('DeleteLoadBalancer', { LoadBalancerIds: [third] });
    await call('ModifyLoadBalancerAttributes', {
      LoadBalancerId: first,
      LoadBalancerName: 'web-b',
      DeleteProtect: true,
    });
    await call('ModifyLoadBalancerSla', { LoadBalancerSla: [{ LoadBalancerId: first, SlaType: 'clb.c2.medium' }] });
    await call('ModifyLoadBalancersProject', { LoadBalancerIds: [first], ProjectId: 7 });
    await call('SetLoadBalancerSecurityGroups', { LoadBalancerId: first, SecurityGroups: ['sg-1', 'sg-2'] });
    const del = { SecurityGroup: 'sg-1', OperationType: 'DEL', LoadBalancerIds: [first] };
    await call('SetSecurityGroupForLoadbalancers', del);
    const found = await call('DescribeLoadBalancers', { LoadBalancerIds: [first], AdditionalFields: ['TargetCount'] });
    expect(found.LoadBalancerSet?.[0]).toMatchObject({
      LoadBalancerName: 'web-b',
      ProjectId: 7,
      SlaType: 'clb.c2.medium',
      SecureGroups: ['sg-2'],
      AttributeFlags: ['DeleteProtect'],
      TargetCount: 0,
    });
    const { LoadBalancerSet: protections } = await call('DescribeLBOperateProtect', {
      LoadBalancerIds: [first, second],
    });
    expect(protections.map(({ ProtectState }) => ProtectState)).toEqual([true, false]);
    await call('DeleteLoadBalancer', { LoadBalancerIds: [second] });
    expect((await call('DescribeLoadBalancerOverview', null)).TotalCount).toBe(2);
    expect((await call('DescribeLoadBalancers', { LoadBalancerName: 'web' })).TotalCount).toBe(1);
  });

  test('SNAT addresses come and go', async () => {
    await call('ModifyLoadBalancerAttributes', { LoadBalancerId: lb, SnatPro: true });
    await call('CreateLoadBalancerSnatIps', { LoadBalancerId: lb, SnatIps: [{ SubnetId: 'subnet-1' }], Number: 2 });
    const snatIps = async () => (await call('DescribeLoadBalancers', { LoadBalancerIds: [lb] })).LoadBalancerSet?.[0];
    const [one, other] = (await snatIps())?.SnatIps ?? [];
    await call('DeleteLoadBalancerSnatIps', { LoadBalancerId: lb, Ips: [one?.Ip ?? ''] });
    expect((await snatIps())?.SnatIps).toEqual([other]);
  });

  test('targets of an L4 listener are bound, changed, found by address and taken off', async () => {
    const listener = await listen('TCP', 8080);
    const place = { LoadBalancerId: lb, ListenerId: listener };
    const target = { EniIp: '10.0.0.1', Port: 80 };
    await call('RegisterTargets', { ...place, Targets: [{ ...target, Weight: 5 }] });
    const batch = { LoadBalancerId: lb, Targets: [{ ListenerId: listener, EniIp: '10.0.0.2', Port: 80 }] };
    expect((await call('BatchRegisterTargets', batch)).FailListenerIdSet).toEqual([]);
    await call('ModifyTargetWeight', { ...place, Targets: [target], Weight: 0 });
    const rule = { ListenerId: listener, Targets: [{ EniIp: '10.0.0.2', Port: 80 }] };
    await call('BatchModifyTargetWeight', { LoadBalancerId: lb, ModifyList: [{ ...rule, Weight: 33 }] });
    await call('BatchModifyTargetTag', { LoadBalancerId: lb, ModifyList: [{ ...rule, Tag: 'blue' }] });
    await call('ModifyTargetPort', { ...place, Targets: [target], NewPort: 81 });
    const { Listeners: [seen] = [] } = await call('DescribeTargets', { LoadBalancerId: lb });
    expect(seen?.Targets).toMatchObject([
      { PrivateIpAddresses: ['10.0.0.2'], Port: 80, Weight: 33, Tag: 'blue' },
      { PrivateIpAddresses: ['10.0.0.1'], Port: 81, Weight: 0, Tag: '' },
    ]);
    const backends = { Backends: [{ VpcId: 'vpc-local001', PrivateIp: '10.0.0.1' }] };
    const [bound] = (await call('DescribeLBListeners', backends)).LoadBalancers;
    expect(bound).toMatchObject({ LoadBalancerId: lb, Listeners: [{ ListenerId: listener, Targets: [{ Port: 81 }] }] });
    expect((await call('DescribeTargetHealth', { LoadBalancerIds: [lb] })).LoadBalancers).toHaveLength(1);
    await call('DeregisterTargets', { ...place, Targets: [{ ...target, Port: 81 }] });
    expect((await call('BatchDeregisterTargets', batch)).FailListenerIdSet).toEqual([]);
    expect((await call('DescribeTargets', { LoadBalancerId: lb })).Listeners?.[0]?.Targets).toEqual([]);
    await call('ModifyListener', { ...place, ListenerName: 'renamed', HealthCheck: { HealthNum: 2 } });
    expect((await listeners())[0]).toMatchObject({
      ListenerName: 'renamed',
      HealthCheck: { HealthNum: 2, UnHealthNum: 3 },
    });
    await call('DeleteListener', place);
  });

  test('rules are made by domain and path, get targets of their own, change and go', async () => {
    const listener = await listen('HTTPS', 443, { Certificate: certificate('first') });
    const place = { LoadBalancerId: lb, ListenerId: listener };
    const { LocationIds: [api = '', web = ''] = [] } = await call('CreateRule', {
      ...place,
      Rules: [
        { Domain: 'api.example.com', Url: '/' },
        { Domain: 'web.example.com', Url: '/', DefaultServer: true },
      ],
    });
    await call('RegisterTargets', { ...place, LocationId: api, Targets: [{ EniIp: '10.0.0.3', Port: 80 }] });
    const byName = { Domain: 'web.example.com', Url: '/', Targets: [{ EniIp: '10.0.0.4', Port: 80 }] };
    await call('RegisterTargets', { ...place, ...byName });
    const { Listeners: [bound] = [] } = await call('DescribeTargets', {
      LoadBalancerId: lb,
      Filters: [{ Name: 'location-id', Values: [api] }],
    });
    expect(bound).toMatchObject({
      Targets: null,
      Rules: [{ LocationId: api, Targets: [{ Port: 80 }] }, { Targets: [] }],
    });
    const { LoadBalancers: health } = await call('DescribeTargetHealth', {
      LoadBalancerIds: [lb],
      LocationIds: [web],
    });
    expect(health).toMatchObject([
      { Listeners: [{ Rules: [{ LocationId: web, Domain: 'web.example.com', Url: '/' }] }] },
    ]);

    await call('ModifyRule', { ...place, LocationId: api, Url: '/v1', HealthCheck: { HttpCheckPath: '/ready' } });
    await call('ModifyDomain', { ...place, Domain: 'api.example.com', NewDomain: 'api.example.org' });
    const both = ['api.example.org', 'api.example.net'];
    await call('ModifyDomainAttributes', {
      ...place,
      Domain: 'api.example.org',
      NewDomains: both,
      DefaultServer: true,
    });
    const changed = { Domains: both, DefaultServer: true, HealthCheck: { HttpCheckPath: '/ready' } };
    expect(await listeners()).toMatchObject([
      {
        Rules: [
          { LocationId: api, Url: '/v1', ...changed },
          { LocationId: web, DefaultServer: false },
        ],
      },
    ]);
    await call('DeleteRule', { ...place, LocationIds: [api] });
    expect(await listeners()).toMatchObject([{ Rules: [{ LocationId: web, DefaultServer: true }] }]);
  });

  test('a domain redirects from HTTP by AutoRewrite or ManualRewrite, until DeleteRewrite', async () => {
    const https = await firstRule('HTTPS');
    await call('AutoRewrite', { LoadBalancerId: lb, ListenerId: https.listenerId });
    const http = await firstRule('HTTP');
    const [shown] = (await call('DescribeRewrite', { LoadBalancerId: lb })).RewriteSet ?? [];
    expect(shown).toMatchObject({
      BeAutoCreated: true,
      RewriteTarget: { TargetLocationId: https.locationId, RewriteCode: 301 },
    });
    const pair = {
      LoadBalancerId: lb,
      SourceListenerId: http.listenerId,
      TargetListenerId: https.listenerId,
      RewriteInfos: [
        {
          SourceLocationId: http.locationId,
          TargetLocationId: https.locationId,
          RewriteCode: 302,
          TakeUrl: true,
          SourceDomain: 'web.example.com',
        },
      ],
    };
    await call('DeleteRewrite', pair);
    await call('ManualRewrite', pair);
    const [again] =
      (await call('DescribeRewrite', { LoadBalancerId: lb, SourceLocationIds: [http.locationId] })).RewriteSet ?? [];
    expect(again?.RewriteTarget).toMatchObject({ RewriteType: 'Manual', RewriteCode: 302 });
  });

  test('a certificate is found by its id and replaced everywhere', async () => {
    const old = (await listeners())[0]?.Certificate?.CertId ?? '';
    await call('ReplaceCertForLoadBalancers', { OldCertificateId: old, Certificate: certificate('second') });
    const renewed = (await listeners())[0]?.Certificate?.CertId ?? '';
    const { CertSet = [] } = await call('DescribeLoadBalancerListByCertId', { CertIds: [old, renewed] });
    expect(CertSet.map(({ LoadBalancers = [] }) => LoadBalancers.length)).toEqual([0, 1]);
  });

  test('a copy of a load balancer has its listeners, rules and targets', async () => {
    const { RequestId } = await call('CloneLoadBalancer', { LoadBalancerId: lb, LoadBalancerName: 'twin' });
    const { LoadBalancerIds } = await call('DescribeTaskStatus', { TaskId: RequestId ?? '' });
    const { Listeners } = await call('DescribeTargets', { LoadBalancerId: LoadBalancerIds?.[0] ?? '' });
    expect(Listeners?.map(({ Protocol, Rules }) => [Protocol, Rules?.[0]?.Targets?.length])).toEqual([
      ['HTTPS', 1],
      ['HTTP', 0],
    ]);
    const filter = { Filters: [{ Name: 'target-ip', Values: ['10.0.0.4'] }] };
    const { LoadBalancerDetailSet = [] } = await call('DescribeLoadBalancersDetail', {
      ...filter,
      Fields: ['TargetAddress', 'Protocol'],
    });
    expect(LoadBalancerDetailSet).toHaveLength(4);
    expect(LoadBalancerDetailSet[0]).toMatchObject({ LoadBalancerId: lb, TargetAddress: '10.0.0.4', Status: null });
    await call('SetLoadBalancerStartStatus', { LoadBalancerId: lb, OperationType: 'Stop' });
    const idle = await call('DescribeIdleLoadBalancers', {});
    expect(idle.IdleLoadBalancers?.map(({ IdleReason }) => IdleReason)).toEqual(['NO_RULES']);
    const jobs = await call('DescribeAsyncJobs', { RequestIds: [RequestId ?? ''] });
    expect(jobs.Jobs).toMatchObject([{ ApiName: 'CloneLoadBalancer', Status: 'Succeeded' }]);
  });

  test('quotas are listed, and all listeners are deleted at once', async () => {
    const { QuotaSet = [] } = await call('DescribeQuota', null);
    expect(QuotaSet.find(({ QuotaId }) => QuotaId === 'TOTAL_TARGET_BIND_QUOTA')).toMatchObject({
      QuotaCurrent: null,
      QuotaLimit: 200,
    });
    const all = { LoadBalancerId: lb };
    // The cloud deletes no target of a redirection.
    await expect(call('DeleteLoadBalancerListeners', all)).rejects.toMatchObject({ code: 'FailedOperation' });
    const [http, https] = [await firstRule('HTTP'), await firstRule('HTTPS')];
    const ends = { SourceListenerId: http.listenerId, TargetListenerId: https.listenerId };
    const RewriteInfos = [{ SourceLocationId: http.locationId, TargetLocationId: https.locationId }];
    await call('DeleteRewrite', { ...all, ...ends, RewriteInfos });
    await call('DeleteLoadBalancerListeners', all);
    expect(await listeners()).toEqual([]);
  });

  test('no action was left out', () => {
    expect([...called].sort()).toEqual([...clbActions].sort());
  });
});

describe('temporary credentials', () => {
  afterAll(() => emulator.close());

  test('a pod gets some for its token, calls with them, and is refused when they have ended', async () => {
    const clock = createTestClock();
    emulator = await startTestEmulator({ clock, roles: ['qcs::cam::uin/1:roleName/pods'] });
    const { apiPort } = emulator;
    const sts = new v20180813.Client({
      credential: {},
      region: 'ap-guangzhou',
      profile: { httpProfile: { endpoint: `127.0.0.1:${apiPort}`, protocol: 'http://' } },
    });
    const ask = { ProviderId: 'tke', WebIdentityToken: 'a.b.c', RoleSessionName: 'test', DurationSeconds: 1 };
    const assume = (RoleArn: string) =>
      sts.request('AssumeRoleWithWebIdentity', { ...ask, RoleArn }, { skipSign: true }) as ReturnType<
        typeof sts.AssumeRoleWithWebIdentity
      >;
    const answer = await assume('qcs::cam::uin/1:roleName/pods');
    expect(responseMisfits(definitions, 'AssumeRoleWithWebIdentity', answer)).toEqual([]);
    const { TmpSecretId = '', TmpSecretKey = '', Token = '' } = answer.Credentials ?? {};
    const client = connectSdk(apiPort, { secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token });
    expect((await client.DescribeLoadBalancers({})).TotalCount).toBe(1);
    await expect(assume('qcs::cam::uin/1:roleName/other')).rejects.toMatchObject({
      code: 'ResourceNotFound.RoleNotExist',
    });
    clock.advance(1000);
    await expect(client.DescribeLoadBalancers({})).rejects.toMatchObject({ code: 'AuthFailure.TokenFailure' });
  });
});
