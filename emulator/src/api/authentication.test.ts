import { afterEach, describe, expect, test } from '@jest/globals';
import { defaultSwitches } from '../runtime/switches.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { connectSdk, refusalOf, startTestEmulator, type TestEmulator } from '../testing/test-emulator.ts';
import { expectedSignature } from './signature.ts';

interface Signed {
  host?: string;
  service?: string;
  secretId?: string;
  headers?: Record<string, string>;
  authorization?: string;
}

/** A request signed by hand, to differ from the SDK where other clients do. */
async function call(apiPort: number, signed: Signed): Promise<string | undefined> {
  const timestamp = Math.floor(Date.now() / 1000);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const { host = `127.0.0.1:${apiPort}`, service = 'clb', secretId = 'local-id' } = signed;
  const headers = { 'content-type': 'application/json', 'x-tc-timestamp': String(timestamp) };
  const signedHeaders = ['content-type', 'host'];
  const request = { method: 'POST', query: '', headers, body: Buffer.from('{}') };
  const signature = expectedSignature(request, { date, service, signedHeaders }, 'local-key', {
    host,
    spell: (value) => value,
  });
  const scope = `${secretId}/${date}/${service}/tc3_request`;
  const authorization =
    signed.authorization ??
    `TC3-HMAC-SHA256 Credential=${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
  const action = {
    'x-tc-action': 'DescribeLoadBalancers',
    'x-tc-version': '2018-03-17',
    'x-tc-region': 'ap-guangzhou',
  };
  const response = await fetch(`http://127.0.0.1:${apiPort}/`, {
    method: 'POST',
    body: '{}',
    headers: { ...headers, ...action, authorization, ...signed.headers },
  });
  const { Response } = (await response.json()) as { Response: { Error?: { Code: string } } };
  expect(response.status).toBe(200);
  return Response.Error?.Code;
}

describe('signatures', () => {
  let emulator: TestEmulator;
  afterEach(() => emulator.close());

  test('an unknown secret id and a wrong key get different codes', async () => {
    emulator = await startTestEmulator();
    const { apiPort } = emulator;
    const unknown = connectSdk(apiPort, { secretId: 'unknown' }).DescribeLoadBalancers({});
    expect((await refusalOf(unknown)).code).toBe('AuthFailure.SecretIdNotFound');
    const wrong = connectSdk(apiPort, { secretKey: 'guessed' }).DescribeLoadBalancers({});
    expect((await refusalOf(wrong)).code).toBe('AuthFailure.SignatureFailure');
  });

  test('credentials come and go while the emulator runs', async () => {
    emulator = await startTestEmulator();
    const other = connectSdk(emulator.apiPort, { secretId: 'second', secretKey: 'key' });
    await emulator.admin('PUT', '/credentials/second', { secretKey: 'key' });
    expect((await other.DescribeLoadBalancers({})).TotalCount).toBe(1);
    await emulator.admin('DELETE', '/credentials/second');
    expect((await refusalOf(other.DescribeLoadBalancers({}))).code).toBe('AuthFailure.SecretIdNotFound');
  });

  test('a clock that is off by more than five minutes is refused, by less is not', async () => {
    const clock = createTestClock();
    emulator = await startTestEmulator({ clock });
    clock.advance(290_000);
    expect((await emulator.sdk.DescribeLoadBalancers({})).TotalCount).toBe(1);
    clock.advance(20_000);
    expect((await refusalOf(emulator.sdk.DescribeLoadBalancers({}))).code).toBe('AuthFailure.SignatureExpire');
  });

  test('the host may be signed with or without its port, the service may have any name', async () => {
    emulator = await startTestEmulator();
    const { apiPort } = emulator;
    expect(await call(apiPort, {})).toBeUndefined();
    expect(await call(apiPort, { host: '127.0.0.1' })).toBeUndefined();
    expect(await call(apiPort, { service: '127' })).toBeUndefined();
    expect(await call(apiPort, { host: 'elsewhere' })).toBe('AuthFailure.SignatureFailure');
  });

  test('an Authorization that is not TC3 is malformed', async () => {
    emulator = await startTestEmulator();
    const { apiPort } = emulator;
    expect(await call(apiPort, { authorization: 'Bearer x' })).toBe('AuthFailure.InvalidAuthorization');
    expect(await call(apiPort, { headers: { 'x-tc-timestamp': 'soon' } })).toBe('AuthFailure.InvalidAuthorization');
  });

  test('a temporary credential needs its token', async () => {
    emulator = await startTestEmulator({ credentials: { 'local-id': { secretKey: 'local-key', token: 'tkn' } } });
    expect(await call(emulator.apiPort, {})).toBe('AuthFailure.TokenFailure');
    expect(await call(emulator.apiPort, { headers: { 'x-tc-token': 'tkn' } })).toBeUndefined();
  });

  test('a token with a permanent credential is ignored, or refused if the switch says so', async () => {
    const withToken = () => connectSdk(emulator.apiPort, { token: 'tkn' }).DescribeLoadBalancers({});
    emulator = await startTestEmulator();
    expect((await withToken()).TotalCount).toBe(1);
    await emulator.close();
    emulator = await startTestEmulator({ switches: { ...defaultSwitches, refusesNeedlessToken: true } });
    expect(await refusalOf(withToken())).toEqual({
      code: 'AuthFailure.TokenFailure',
      message: 'Token verification failed. Please check your Token is correct.',
    });
    expect((await emulator.sdk.DescribeLoadBalancers({})).TotalCount).toBe(1);
  });

  test('a credential may end', async () => {
    const clock = createTestClock();
    emulator = await startTestEmulator({ clock });
    const put = (expiry: string) =>
      emulator.admin('PUT', '/credentials/short', { secretKey: 'key', token: 't', expiry });
    expect((await put('tomorrow')).status).toBe(400);
    await put(new Date(clock.now() + 60_000).toISOString());
    const client = connectSdk(emulator.apiPort, { secretId: 'short', secretKey: 'key', token: 't' });
    expect((await client.DescribeLoadBalancers({})).TotalCount).toBe(1);
    clock.advance(60_000);
    expect((await refusalOf(client.DescribeLoadBalancers({}))).message).toBe('The token has expired.');
  });
});
