import { afterEach, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { v20180317 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/index.js';
import { createTestClock } from '../testing/test-clock.ts';
import {
  connectSdk,
  makeListeners,
  refusalOf,
  startTestEmulator,
  type TestEmulator,
} from '../testing/test-emulator.ts';
import { expectedSignature } from './signature.ts';

const lb = 'lb-local001';
let emulator: TestEmulator;

interface Wire {
  method?: string;
  /** As it is signed; a query string for GET. */
  query?: string;
  body?: string;
  /** What is signed, when that is not the body. */
  signedBody?: string;
  headers?: Record<string, string>;
  /** What the Host header says; the name and port by default. */
  host?: string;
  signedHeaders?: string[];
  spell?: (value: string) => string;
}

interface Answer {
  headers: Record<string, string | string[] | undefined>;
  status: number | undefined;
  response: { TotalCount?: number; Error?: { Code: string; Message: string } };
}

/** Signs and sends by hand what SDKs of other languages send. */
function send(wire: Wire): Promise<Answer> {
  const { method = 'POST', query = '', body = '{}', signedBody = body, spell = (value: string) => value } = wire;
  const timestamp = Math.floor(Date.now() / 1000);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const host = wire.host ?? `127.0.0.1:${emulator.apiPort}`;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    host,
    'x-tc-action': 'DescribeLoadBalancers',
    'x-tc-version': '2018-03-17',
    'x-tc-region': 'ap-guangzhou',
    'x-tc-timestamp': String(timestamp),
    ...wire.headers,
  };
  const { signedHeaders = ['content-type', 'host'] } = wire;
  const signed = { method, query, headers, body: Buffer.from(method === 'GET' ? '' : signedBody) };
  const signature = expectedSignature(signed, { date, service: 'clb', signedHeaders }, 'local-key', { host, spell });
  const scope = `Credential=local-id/${date}/clb/tc3_request`;
  const authorization = `TC3-HMAC-SHA256 ${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const call = request(
    { host: '127.0.0.1', port: emulator.apiPort, method, path: `/?${query}`, headers: { ...headers, authorization } },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { Response } = JSON.parse(Buffer.concat(chunks).toString()) as { Response: Answer['response'] };
        resolve({ headers: response.headers, status: response.statusCode, response: Response });
      });
    },
  );
  call.on('error', reject);
  call.end(method === 'GET' ? undefined : body);
  return promise;
}

describe('what clients of other kinds send', () => {
  afterEach(() => emulator.close());

  test('the Node SDK may ask by GET, lists and numbers in the query', async () => {
    emulator = await startTestEmulator();
    const [listener = ''] = await makeListeners(emulator.sdk, { ports: [80] });
    const httpProfile = { endpoint: `127.0.0.1:${emulator.apiPort}`, protocol: 'http://', reqMethod: 'GET' as const };
    const sdk = new v20180317.Client({
      credential: { secretId: 'local-id', secretKey: 'local-key' },
      region: 'ap-guangzhou',
      profile: { httpProfile },
    });
    // More than ten: the names Targets.10 and Targets.2 sort otherwise as texts.
    const ips = Array.from({ length: 12 }, (_, at) => `10.0.0.${(at * 5) % 12}`);
    const Targets = ips.map((EniIp, Weight) => ({ ListenerId: listener, EniIp, Port: 80, Weight }));
    expect((await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets })).FailListenerIdSet).toEqual([]);
    const all = await sdk.DescribeTargets({ LoadBalancerId: lb });
    const bound = all.Listeners?.[0]?.Targets?.map(({ PrivateIpAddresses }) => PrivateIpAddresses?.[0]);
    expect(bound).toEqual(ips);
    const filter = { Name: 'private-ip-address', Values: ['10.0.0.2'] };
    const { Listeners } = await sdk.DescribeTargets({ LoadBalancerId: lb, Filters: [filter] });
    expect(Listeners?.[0]?.Targets).toMatchObject([{ Weight: ips.indexOf('10.0.0.2') }]);
    expect(await refusalOf(sdk.request('DescribeLoadBalancers', { Limit: 'many' }))).toMatchObject({
      code: 'InvalidParameter',
    });
    expect((await refusalOf(sdk.request('DescribeLoadBalancers', { Colour: 'red' }))).code).toBe('UnknownParameter');
  });

  test('a posted form is read as a query is', async () => {
    emulator = await startTestEmulator();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { response } = await send({ headers, body: 'Limit=1&LoadBalancerIds.0=lb-local001' });
    expect(response).toMatchObject({ TotalCount: 1 });
  });

  test('the Host header may be a whole URL, as tccli sends it to plain HTTP', async () => {
    emulator = await startTestEmulator();
    const { response } = await send({ host: `http://127.0.0.1:${emulator.apiPort}` });
    expect(response).toMatchObject({ TotalCount: 1 });
  });

  test('X-TC-Action may be signed too, in lower case as the documentation does it or as it is sent', async () => {
    emulator = await startTestEmulator();
    const signedHeaders = ['content-type', 'host', 'x-tc-action'];
    const spell = (value: string) => value.toLowerCase();
    expect((await send({ signedHeaders })).response).toMatchObject({ TotalCount: 1 });
    expect((await send({ signedHeaders, spell })).response).toMatchObject({ TotalCount: 1 });
  });

  test('the body may stay unsigned when the request says so', async () => {
    emulator = await startTestEmulator();
    const unsigned = { headers: { 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' }, signedBody: 'UNSIGNED-PAYLOAD' };
    expect((await send(unsigned)).response).toMatchObject({ TotalCount: 1 });
    expect((await send({ signedBody: '{"Limit":1}' })).response.Error?.Code).toBe('AuthFailure.SignatureFailure');
  });

  test('answers can be compressed and in chunks, or come with their length', async () => {
    emulator = await startTestEmulator({ responseEncoding: { gzip: true, chunked: true } });
    expect((await emulator.sdk.DescribeLoadBalancers({})).TotalCount).toBe(1);
    const inChunks = await send({});
    expect(inChunks.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(inChunks.response.TotalCount).toBe(1);
    const { apiPort } = emulator;
    const zipped = await fetch(`http://127.0.0.1:${apiPort}/`, { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.json()).toMatchObject({ Response: { Error: { Code: 'AuthFailure.InvalidAuthorization' } } });
    await emulator.close();
    emulator = await startTestEmulator();
    expect((await send({})).headers['content-length']).toMatch(/^\d+$/);
  });

  test('a request names a version and an action that exist, and its body is JSON', async () => {
    emulator = await startTestEmulator();
    const codeOf = async (wire: Wire) => (await send(wire)).response.Error?.Code;
    expect(await codeOf({ headers: { 'x-tc-version': '2014-03-17' } })).toBe('NoSuchVersion');
    expect(await codeOf({ headers: { 'x-tc-action': '' } })).toBe('MissingParameter');
    expect(await codeOf({ headers: { 'x-tc-action': 'AssumeRoleWithWebIdentity' } })).toBe('InvalidAction');
    expect(await codeOf({ body: '{"Limit":' })).toBe('InvalidParameter');
    expect(await codeOf({ body: 'null' })).toBeUndefined();
  });
});

describe('limits of their own', () => {
  afterEach(() => emulator.close());

  test('an action may have another limit, and all callers together one', async () => {
    const credentials = { 'local-id': { secretKey: 'local-key' }, other: { secretKey: 'key' } };
    emulator = await startTestEmulator({
      clock: createTestClock(),
      credentials,
      ratesByAction: { DescribeQuota: 1 },
      ratePerAccount: 3,
    });
    const { sdk, apiPort } = emulator;
    await sdk.DescribeQuota(null);
    expect((await refusalOf(sdk.DescribeQuota(null))).code).toBe('RequestLimitExceeded');
    await sdk.DescribeLoadBalancers({});
    const other = connectSdk(apiPort, { secretId: 'other', secretKey: 'key' });
    expect((await refusalOf(other.DescribeLoadBalancers({}))).code).toBe('RequestLimitExceeded.UinLimitExceeded');
  });
});
