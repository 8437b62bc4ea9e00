import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { definitions } from '@clb-direct/emulator/definitions/definitions.ts';
import { responseMisfits } from '@clb-direct/emulator/definitions/response-misfits.ts';
import { startBackend, startTestEmulator, type TestEmulator } from '@clb-direct/emulator/testing/test-emulator.ts';
import type { Access, ApiClient, Refusal } from '../support/clients/api-client.ts';
import { buildGoSdk, startGoSdk } from '../support/clients/go-sdk.ts';
import { pythonPrograms } from '../support/clients/python-environment.ts';
import { startPythonSdk } from '../support/clients/python-sdk.ts';
import { openTccli } from '../support/clients/tccli.ts';
import { until } from '../support/until.ts';
import { temporaryFolder } from '@clb-direct/shared/testing/temporary-folder.ts';

/**
 * Clients that are not part of this project go through the life of a load balancer. Needs no cluster and no root, but
 * python3, PyPI and Go.
 */
const installMs = 400_000;
let folder: string;
let programs: string;
let goProgram: string;
let emulator: TestEmulator;
let backend: { port: number; server: Server };
let client: ApiClient;

type Body = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  folder = temporaryFolder('clb-direct-clients');
  programs = await pythonPrograms();
  goProgram = await buildGoSdk(folder);
  backend = await startBackend();
}, installMs);
afterAll(() => {
  backend.server.close();
});

const access = (): Access => {
  const endpoint = `127.0.0.1:${emulator.apiPort}`;
  return { endpoint, region: 'ap-guangzhou', secretId: 'local-id', secretKey: 'local-key' };
};
const python = (method: 'GET' | 'POST') => () =>
  startPythonSdk({ programs, settings: { ...access(), method, unsignedPayload: false } });

/** Answers what the API says; it must be of the types that the Node SDK has for it. */
async function call(action: string, request: object): Promise<Body> {
  const outcome = await client.call(action, request);
  if ('error' in outcome) throw new Error(`${action}: ${JSON.stringify(outcome.error)}`);
  // Another SDK may know fields that came later than the Node SDK.
  const misfits = responseMisfits(definitions, action, outcome.answer).filter((it) => !it.includes('is no field of'));
  expect(misfits).toEqual([]);
  return outcome.answer;
}

async function refusal(action: string, request: object): Promise<Refusal> {
  const outcome = await client.call(action, request);
  if ('error' in outcome) return outcome.error;
  throw new Error(`${action} was not refused`);
}

/** Calls an asynchronous action and waits for its task as the API's documentation says. */
async function done(action: string, request: object): Promise<Body> {
  const answer = await call(action, request);
  const TaskId = String(answer['RequestId']);
  const task = await until(
    `the task of ${action}`,
    () => call('DescribeTaskStatus', { TaskId }),
    ({ Status }) => Status !== 2,
  );
  expect(task).toMatchObject({ Status: 0 });
  return { ...answer, made: task['LoadBalancerIds'] };
}

const firstOf = (list: unknown): string => String((list as unknown[])[0]);

describe.each([
  ['the Python SDK', python('POST')],
  ['the Python SDK by GET', python('GET')],
  ['the Go SDK', () => startGoSdk(goProgram, access())],
  ['tccli', () => openTccli(programs, access())],
])('%s', (_name, connect) => {
  let lb: string;
  let tcp: string;
  let https: string;
  let rule: string;
  beforeAll(async () => {
    emulator = await startTestEmulator({ knownIps: ['127.0.0.0/8', '10.0.0.0/8'] });
    client = await connect();
  });
  afterAll(async () => {
    await client.close();
    await emulator.close();
  });

  test('makes a load balancer and finds it by its tag', async () => {
    const Tags = [{ TagKey: 'team', TagValue: 'web & mail' }];
    const { made } = await done('CreateLoadBalancer', {
      LoadBalancerType: 'OPEN',
      LoadBalancerName: 'web',
      VpcId: 'vpc-local001',
      Tags,
    });
    lb = firstOf(made);
    const Filters = [{ Name: 'tag:team', Values: ['web & mail'] }];
    expect(await call('DescribeLoadBalancers', { LoadBalancerType: 'OPEN', Filters })).toMatchObject({
      TotalCount: 1,
      LoadBalancerSet: [{ LoadBalancerId: lb, Status: 1, LoadBalancerName: 'web', Tags }],
    });
    expect(await call('DescribeLoadBalancers', { LoadBalancerName: 'other' })).toMatchObject({ TotalCount: 0 });
  });

  test('makes listeners with health checks, and rules', async () => {
    const check = { HealthSwitch: 1, IntervalTime: 5, TimeOut: 2, HealthNum: 2 };
    const streams = { Protocol: 'TCP', ListenerNames: ['a', 'b'], HealthCheck: check, DeregisterTargetRst: true };
    const made = await done('CreateListener', { LoadBalancerId: lb, Ports: [8080, 8081], ...streams });
    tcp = firstOf(made['ListenerIds']);
    const Certificate = { SSLMode: 'UNIDIRECTIONAL', CertName: 'web', CertContent: 'a certificate', CertKey: 'a key' };
    const secure = { LoadBalancerId: lb, Ports: [443], Protocol: 'HTTPS', Certificate };
    https = firstOf((await done('CreateListener', secure))['ListenerIds']);
    const Rules = [
      { Domain: 'api.example.com', Url: '/', Scheduler: 'WRR' },
      { Domain: 'api.example.com', Url: '/images' },
    ];
    rule = firstOf((await done('CreateRule', { LoadBalancerId: lb, ListenerId: https, Rules }))['LocationIds']);
    expect(await call('DescribeListeners', { LoadBalancerId: lb, Protocol: 'TCP' })).toMatchObject({
      TotalCount: 2,
      Listeners: [
        { ListenerId: tcp, Port: 8080, ListenerName: 'a', HealthCheck: { ...check, UnHealthNum: 3 }, Rules: null },
        { Port: 8081, ListenerName: 'b', DeregisterTargetRst: true },
      ],
    });
    expect(await call('DescribeListeners', { LoadBalancerId: lb, ListenerIds: [https] })).toMatchObject({
      TotalCount: 1,
      Listeners: [{ Rules: [{ LocationId: rule, Url: '/', DefaultServer: true }, { Url: '/images' }] }],
    });
  });

  test('registers targets one way and the other, and sees them become healthy', async () => {
    const real = { EniIp: '127.0.0.1', Port: backend.port };
    await done('RegisterTargets', { LoadBalancerId: lb, ListenerId: tcp, Targets: [{ ...real, Weight: 20 }] });
    await done('RegisterTargets', { LoadBalancerId: lb, ListenerId: https, LocationId: rule, Targets: [real] });
    const Targets = [
      { ListenerId: https, LocationId: rule, EniIp: '10.0.0.9', Port: 80 },
      { ListenerId: tcp, EniIp: '192.0.2.1', Port: 80 },
    ];
    const batch = await call('BatchRegisterTargets', { LoadBalancerId: lb, Targets });
    expect(batch).toMatchObject({ FailListenerIdSet: [tcp], Message: expect.stringContaining('192.0.2.1') as unknown });
    await until(
      'the target to become Alive',
      () => call('DescribeTargetHealth', { LoadBalancerIds: [lb], ListenerIds: [tcp] }),
      (seen) => JSON.stringify(seen).includes('"Alive"'),
    );
    expect(await call('DescribeTargetHealth', { LoadBalancerIds: [lb], ListenerIds: [tcp] })).toMatchObject({
      LoadBalancers: [
        {
          LoadBalancerId: lb,
          Listeners: [
            { Rules: [{ Url: null, Targets: [{ IP: '127.0.0.1', HealthStatus: true, HealthStatusDetail: 'Alive' }] }] },
          ],
        },
      ],
    });
  });

  test('changes weights and reads them through filters', async () => {
    const Targets = [{ EniIp: '127.0.0.1', Port: backend.port }];
    await done('ModifyTargetWeight', { LoadBalancerId: lb, ListenerId: tcp, Targets, Weight: 0 });
    const other = { ListenerId: https, LocationId: rule, Targets: [{ EniIp: '10.0.0.9', Port: 80 }], Weight: 44 };
    await done('BatchModifyTargetWeight', { LoadBalancerId: lb, ModifyList: [other] });
    const Filters = [{ Name: 'private-ip-address', Values: ['10.0.0.9'] }];
    expect(await call('DescribeTargets', { LoadBalancerId: lb, ListenerIds: [tcp], Port: 8080 })).toMatchObject({
      Listeners: [{ Rules: null, Targets: [{ Weight: 0, Type: 'ENI', PrivateIpAddresses: ['127.0.0.1'] }] }],
    });
    expect(await call('DescribeTargets', { LoadBalancerId: lb, Protocol: 'HTTPS', Filters })).toMatchObject({
      Listeners: [{ Targets: null, Rules: [{ LocationId: rule, Targets: [{ Weight: 44 }] }, { Targets: [] }] }],
    });
    const Backends = [{ VpcId: 'vpc-local001', PrivateIp: '10.0.0.9' }];
    expect(await call('DescribeLBListeners', { Backends })).toMatchObject({
      LoadBalancers: [{ LoadBalancerId: lb, Listeners: [{ ListenerId: https, Rules: [{ LocationId: rule }] }] }],
    });
    const { QuotaSet } = await call('DescribeQuota', {});
    expect(QuotaSet).toContainEqual({ QuotaId: 'TOTAL_TARGET_BIND_QUOTA', QuotaCurrent: null, QuotaLimit: 200 });
  });

  test('gets the code and the RequestId of a refusal', async () => {
    const gone = await refusal('DescribeListeners', { LoadBalancerId: 'lb-missing1' });
    expect(gone).toMatchObject({
      code: 'InvalidParameter.LBIdNotFound',
      message: 'LoadBalancer not exist: lb-missing1.',
    });
    const target = { EniIp: '10.0.0.9', Port: 80, Weight: 101 };
    const heavy = await refusal('RegisterTargets', { LoadBalancerId: lb, ListenerId: tcp, Targets: [target] });
    expect(heavy.code).toBe('InvalidParameterValue.Range');
    const { body } = await emulator.admin<{ calls: { code: string | null; requestId: string }[] }>('GET', '/calls');
    const refused = body.calls.filter(({ code }) => code !== null).map(({ requestId }) => requestId);
    expect(refused).toEqual([gone.requestId, heavy.requestId]);
  });

  test('takes everything away again', async () => {
    const Targets = [{ EniIp: '127.0.0.1', Port: backend.port }];
    await done('DeregisterTargets', { LoadBalancerId: lb, ListenerId: tcp, Targets });
    const batch = [{ ListenerId: https, LocationId: rule, EniIp: '10.0.0.9', Port: 80 }];
    expect(await call('BatchDeregisterTargets', { LoadBalancerId: lb, Targets: batch })).toMatchObject({
      FailListenerIdSet: [],
      Message: '',
    });
    await done('DeleteRule', { LoadBalancerId: lb, ListenerId: https, LocationIds: [rule] });
    await done('DeleteListener', { LoadBalancerId: lb, ListenerId: https });
    expect(await call('DescribeTargets', { LoadBalancerId: lb })).toMatchObject({
      Listeners: [{ ListenerId: tcp, Targets: [] }, { Targets: [] }],
    });
    await done('DeleteLoadBalancerListeners', { LoadBalancerId: lb });
    expect(await call('DescribeListeners', { LoadBalancerId: lb })).toMatchObject({ TotalCount: 0, Listeners: [] });
    await done('DeleteLoadBalancer', { LoadBalancerIds: [lb] });
    expect(await call('DescribeLoadBalancers', { LoadBalancerIds: [lb] })).toMatchObject({ TotalCount: 0 });
  });
});

describe('credentials', () => {
  const arn = 'qcs::cam::uin/1:roleName/pods';
  beforeAll(async () => {
    emulator = await startTestEmulator({ roles: [arn] });
    await writeFile(join(folder, 'token'), 'a.b.c');
  });
  afterEach(() => client.close());
  afterAll(() => emulator.close());

  const asPod = (role: string) => {
    const { endpoint, region } = access();
    const settings = { endpoint, region, method: 'POST', unsignedPayload: false } as const;
    const TKE_WEB_IDENTITY_TOKEN_FILE = join(folder, 'token');
    const identity = { TKE_REGION: region, TKE_PROVIDER_ID: 'cls-1', TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN: role };
    return startPythonSdk({ programs, settings, env: identity });
  };

  test("the Python SDK gets credentials for a pod's token and calls with them", async () => {
    client = asPod(arn);
    expect(await call('DescribeLoadBalancers', {})).toMatchObject({ TotalCount: 1 });
    const { body } = await emulator.admin<{ calls: { action: string; code: string | null }[] }>('GET', '/calls');
    expect(body.calls).toMatchObject([
      { action: 'AssumeRoleWithWebIdentity', code: null },
      { action: 'DescribeLoadBalancers', code: null },
    ]);
  });

  test('the Python SDK gets an error for a role that does not exist', async () => {
    client = asPod('qcs::cam::uin/1:roleName/none');
    expect(await refusal('DescribeLoadBalancers', {})).toMatchObject({ code: 'ResourceNotFound.RoleNotExist' });
  });

  test('the Python SDK may leave the body unsigned', async () => {
    client = startPythonSdk({ programs, settings: { ...access(), method: 'POST', unsignedPayload: true } });
    expect(await call('DescribeLoadBalancers', { Limit: 5 })).toMatchObject({ TotalCount: 1 });
  });

  test('tccli calls with a temporary token until it ends', async () => {
    const put = (expiry: string) =>
      emulator.admin('PUT', '/credentials/temporary', { secretKey: 'key', token: 'for-now', expiry });
    await put(new Date(Date.now() + 3_600_000).toISOString());
    const as = { ...access(), secretId: 'temporary', secretKey: 'key' };
    client = await openTccli(programs, as, ['--token', 'for-now']);
    expect(await call('DescribeLoadBalancers', {})).toMatchObject({ TotalCount: 1 });
    await put(new Date(Date.now() - 1000).toISOString());
    expect(await refusal('DescribeLoadBalancers', {})).toMatchObject({ code: 'AuthFailure.TokenFailure' });
  });

  test('both report a wrong key as an error', async () => {
    const wrong = { ...access(), secretKey: 'wrong' };
    client = startPythonSdk({ programs, settings: { ...wrong, method: 'POST', unsignedPayload: false } });
    expect(await refusal('DescribeLoadBalancers', {})).toMatchObject({ code: 'AuthFailure.SignatureFailure' });
    await client.close();
    client = await openTccli(programs, wrong);
    expect(await refusal('DescribeLoadBalancers', {})).toMatchObject({ code: 'AuthFailure.SignatureFailure' });
  });
});
