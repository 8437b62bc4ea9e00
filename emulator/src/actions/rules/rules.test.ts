import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  refusalOf,
  startTestEmulator,
  waitForTask,
  type SdkClient,
  type TestEmulator,
} from '../../testing/test-emulator.ts';

const lb = 'lb-local001';
let emulator: TestEmulator;
let sdk: SdkClient;
let http = '';
let tcp = '';

async function listen(request: object): Promise<string> {
  const answer = await sdk.CreateListener({ LoadBalancerId: lb, Ports: [80], Protocol: 'HTTP', ...request });
  await waitForTask(sdk, answer.RequestId);
  return answer.ListenerIds?.[0] ?? '';
}

async function addRule(rule: object): Promise<string> {
  const Rules = [{ Url: '/', ...rule }];
  const answer = await sdk.CreateRule({ LoadBalancerId: lb, ListenerId: http, Rules });
  await waitForTask(sdk, answer.RequestId);
  return answer.LocationIds?.[0] ?? '';
}

const rulesOf = async (ListenerId: string) => {
  const { Listeners } = await sdk.DescribeListeners({ LoadBalancerId: lb, ListenerIds: [ListenerId] });
  return Listeners?.[0]?.Rules ?? [];
};

beforeAll(async () => {
  emulator = await startTestEmulator();
  sdk = emulator.sdk;
  http = await listen({});
  tcp = await listen({ Ports: [90], Protocol: 'TCP' });
  await addRule({ Domain: 'a.example.com', Url: '/taken' });
});
afterAll(() => emulator.close());

describe('rules that are refused', () => {
  const refused: [string, object, string, string][] = [
    ['a path without a slash', { Domain: 'b.example.com', Url: 'x' }, 'InvalidParameter.FormatError', '"/"'],
    ['one that is there', { Domain: 'a.example.com', Url: '/taken' }, 'InvalidParameterValue.Duplicate', '/taken'],
    ['one without a domain', { Url: '/x' }, 'MissingParameter', 'Domain'],
    ['one with both', { Domain: 'b.example.com', Domains: ['c.example.com'] }, 'InvalidParameter', 'exclude'],
    ['a short session', { Domain: 'b.example.com', SessionExpireTime: 10 }, 'InvalidParameterValue.Range', '30'],
    ['HTTP/2 on HTTP', { Domain: 'b.example.com', Http2: true }, 'InvalidParameter.ProtocolCheckFailed', 'HTTPS'],
    ['QUIC on HTTP', { Domain: 'b.example.com', Quic: true }, 'InvalidParameter.ProtocolCheckFailed', 'HTTPS'],
    ['a path with %', { Domain: 'b.example.com', Url: '/a%20b' }, 'InvalidParameter.FormatError', '/a%20b'],
    ['an exact path with @', { Domain: 'b.example.com', Url: '=/a@b' }, 'InvalidParameter.FormatError', '=/a@b'],
    ['a path with two ~', { Domain: 'b.example.com', Url: '~/a~b' }, 'InvalidParameter.FormatError', '~/a~b'],
    ['a counted regular expression', { Domain: 'b.example.com', Url: '~/a{2}' }, 'InvalidParameter.FormatError', '{2}'],
    ['a * inside a domain', { Domain: 'a.*.example.com' }, 'InvalidParameter.FormatError', 'a.*.example.com'],
    ['two * in a domain', { Domain: '*.example.*' }, 'InvalidParameter.FormatError', '*.example.*'],
    ['a domain that begins with _', { Domain: '_a.example.com' }, 'InvalidParameter.FormatError', '_a.example.com'],
    ['a domain with a blank', { Domains: ['b.example.com', 'c example'] }, 'InvalidParameter.FormatError', 'c example'],
    ['a wildcard without a domain to check', { Domain: '*.example.com' }, 'InvalidParameterValue', 'HttpCheckDomain'],
    ['a regex without a domain to check', { Domain: '~^a+$' }, 'InvalidParameterValue', 'HttpCheckDomain'],
    [
      'a check of a wildcard',
      { Domain: '*.example.com', HealthCheck: { HttpCheckDomain: '*.example.com' } },
      'InvalidParameter.FormatError',
      'HttpCheckDomain',
    ],
    [
      'a check of a path with %',
      { Domain: 'b.example.com', HealthCheck: { HttpCheckPath: '/%41' } },
      'InvalidParameter.FormatError',
      'HttpCheckPath',
    ],
    ['tRPC', { Domain: 'b.example.com', ForwardType: 'TRPC' }, 'InvalidParameterValue', 'ForwardType'],
    ['a target group', { Domain: 'b.example.com', TargetType: 'TARGETGROUP' }, 'UnsupportedOperation', 'NODE'],
    [
      'a TCP check',
      { Domain: 'b.example.com', HealthCheck: { CheckType: 'TCP' } },
      'InvalidParameterValue',
      'TCP does not go with protocol HTTP',
    ],
  ];

  test.each(refused)('%s', async (_what, rule, code, named) => {
    const Rules = [{ Url: '/', ...rule }];
    const refusal = await refusalOf(sdk.CreateRule({ LoadBalancerId: lb, ListenerId: http, Rules }));
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(named) as unknown });
  });

  test('two in one request that are the same', async () => {
    const Rules = [
      { Url: '/', Domain: 'd.example.com' },
      { Url: '/', Domains: ['e.example.com', 'd.example.com'] },
    ];
    const refusal = await refusalOf(sdk.CreateRule({ LoadBalancerId: lb, ListenerId: http, Rules }));
    expect(refusal).toMatchObject({ code: 'InvalidParameterValue.Duplicate' });
    expect(refusal.message).toContain('d.example.com/');
  });

  test('two default domains in one request', async () => {
    const Rules = ['d', 'e'].map((name) => ({ Url: '/', Domain: `${name}.example.com`, DefaultServer: true }));
    const refusal = await refusalOf(sdk.CreateRule({ LoadBalancerId: lb, ListenerId: http, Rules }));
    expect(refusal).toMatchObject({ code: 'InvalidParameter', message: expect.stringContaining('default') as unknown });
  });

  test('settings of domains that the listener does not have', async () => {
    const certificate = { CertName: 'site', CertContent: 'content', CertKey: 'key' };
    const secure = { Protocol: 'HTTPS', Certificate: certificate };
    const [https, withSni] = [
      await listen({ ...secure, Ports: [443] }),
      await listen({ Protocol: 'HTTPS', Ports: [444], SniSwitch: 1 }),
    ];
    const Domain = 'a.example.com';
    const Rules = [{ Url: '/', Domain, Certificate: certificate }];
    for (const ListenerId of [https, withSni]) {
      await waitForTask(sdk, (await sdk.CreateRule({ LoadBalancerId: lb, ListenerId, Rules })).RequestId);
    }
    const change = (ListenerId: string, more: object) =>
      sdk.ModifyDomainAttributes({ LoadBalancerId: lb, ListenerId, Domain, ...more });
    const refusals = [
      ...[{ Http2: true }, { Quic: true }, { Certificate: certificate }].map((more) => change(http, more)),
      change(https, { Certificate: certificate }),
      change(tcp, { Http2: true }),
      sdk.ModifyDomain({ LoadBalancerId: lb, ListenerId: tcp, Domain, NewDomain: 'b.example.com' }),
    ];
    for (const call of refusals) expect((await refusalOf(call)).code).toBe('InvalidParameter.ProtocolCheckFailed');
    const wrong = [change(http, { NewDomain: 'a.*.com' }), change(http, { NewDomains: ['b.example.com', '*.b.*'] })];
    for (const call of wrong) expect((await refusalOf(call)).code).toBe('InvalidParameter.FormatError');
    await waitForTask(sdk, (await change(http, { Http2: false })).RequestId);
    await waitForTask(sdk, (await change(https, { Http2: true })).RequestId);
    await waitForTask(sdk, (await change(withSni, { Certificate: certificate })).RequestId);
  });

  test('rules of a TCP listener, or of none', async () => {
    const Rules = [{ Url: '/', Domain: 'b.example.com' }];
    const on = (ListenerId: string) => refusalOf(sdk.CreateRule({ LoadBalancerId: lb, ListenerId, Rules }));
    expect((await on(tcp)).code).toBe('InvalidParameter.ProtocolCheckFailed');
    expect((await on('lbl-gone')).code).toBe('InvalidParameter.ListenerIdNotFound');
  });

  test('changes and targets of a rule or domain that is not there, and targets without a rule', async () => {
    const place = { LoadBalancerId: lb, ListenerId: http };
    const Targets = [{ EniIp: '10.0.0.1', Port: 80 }];
    const calls: [Promise<unknown>, string][] = [
      [sdk.ModifyRule({ ...place, LocationId: 'loc-gone' }), 'InvalidParameter.LocationNotFound'],
      [sdk.DeleteRule({ ...place, Domain: 'gone.example.com' }), 'InvalidParameter.LocationNotFound'],
      [sdk.DeleteRule({ ...place }), 'MissingParameter'],
      [
        sdk.ModifyDomain({ ...place, Domain: 'gone.example.com', NewDomain: 'x.example.com' }),
        'InvalidParameter.LocationNotFound',
      ],
      [sdk.ModifyDomainAttributes({ ...place, Domain: 'a.example.com', DefaultServer: false }), 'MissingParameter'],
      [sdk.RegisterTargets({ ...place, Targets }), 'MissingParameter'],
      [
        sdk.RegisterTargets({ ...place, Domain: 'a.example.com', Url: '/other', Targets }),
        'InvalidParameter.LocationNotFound',
      ],
    ];
    for (const [call, code] of calls) expect((await refusalOf(call)).code).toBe(code);
  });
});

test('the first domain is the default, another one on request, and the next one when it is deleted', async () => {
  const port = await listen({ Ports: [8081] });
  const place = { LoadBalancerId: lb, ListenerId: port };
  const Rules = ['x', 'y', 'z'].map((name) => ({ Url: '/', Domain: `${name}.example.com` }));
  await waitForTask(sdk, (await sdk.CreateRule({ ...place, Rules })).RequestId);
  const defaults = async () =>
    (await rulesOf(port)).filter(({ DefaultServer }) => DefaultServer).map(({ Domain }) => Domain);
  expect(await defaults()).toEqual(['x.example.com']);
  const change = { ...place, Domain: 'x.example.com', DefaultServer: false, NewDefaultServerDomain: 'z.example.com' };
  await waitForTask(sdk, (await sdk.ModifyDomainAttributes(change)).RequestId);
  expect(await defaults()).toEqual(['z.example.com']);
  const self = { ...place, Domain: 'z.example.com', DefaultServer: false, NewDefaultServerDomain: 'z.example.com' };
  expect((await refusalOf(sdk.ModifyDomainAttributes(self))).code).toBe('InvalidParameter');
  const other = { ...place, Domain: 'y.example.com', DefaultServer: false };
  await waitForTask(sdk, (await sdk.ModifyDomainAttributes(other)).RequestId);
  const gone = { ...place, Domain: 'z.example.com', NewDefaultServerDomain: 'z.example.com' };
  expect((await refusalOf(sdk.DeleteRule(gone))).code).toBe('InvalidParameter');
  await waitForTask(sdk, (await sdk.DeleteRule({ ...place, Domain: 'z.example.com' })).RequestId);
  expect(await defaults()).toEqual(['x.example.com']);
});

test('a health check of a rule uses the domain of the rule unless the request names another', async () => {
  const plain = await addRule({ Domain: 'plain.example.com' });
  const wild = await addRule({ Domain: '*.example.com', HealthCheck: { HttpCheckDomain: 'any.example.com' } });
  const off = await addRule({ Domain: 'www.example.*', HealthCheck: { HealthSwitch: 0 } });
  const grpc = await addRule({ Domain: 'grpc.example.com', ForwardType: 'GRPC' });
  const rules = await rulesOf(http);
  const checkOf = (id: string) => rules.find(({ LocationId }) => LocationId === id)?.HealthCheck;
  expect(checkOf(plain)).toMatchObject({ CheckType: 'HTTP', HttpCheckDomain: 'plain.example.com', HttpCode: 31 });
  expect(checkOf(wild)).toMatchObject({ HttpCheckDomain: 'any.example.com' });
  expect(checkOf(off)).toMatchObject({ HttpCheckDomain: '' });
  const switchedOn = { LoadBalancerId: lb, ListenerId: http, LocationId: off, HealthCheck: { HealthSwitch: 1 } };
  expect((await refusalOf(sdk.ModifyRule(switchedOn))).message).toContain('HttpCheckDomain');
  expect(checkOf(grpc)).toMatchObject({ CheckType: 'GRPC', ExtendedCode: '12' });
});

test('a batch binds to rules, and fails a listener of which one rule is missing', async () => {
  const rule = await addRule({ Domain: 'batch.example.com' });
  const target = (LocationId?: string) => ({
    ListenerId: http,
    EniIp: '10.0.0.9',
    Port: 80,
    ...(LocationId === undefined ? {} : { LocationId }),
  });
  const batch = (...Targets: ReturnType<typeof target>[]) => sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
  expect(await batch(target(rule))).toMatchObject({ FailListenerIdSet: [] });
  const failed = { FailListenerIdSet: [http] };
  expect(await batch(target(rule), target('loc-gone'))).toMatchObject({
    ...failed,
    Message: 'Location loc-gone not found.',
  });
  expect(await batch(target())).toMatchObject(failed);
});
