import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refusalOf, startTestEmulator, type TestEmulator } from '../test-emulator.ts';

describe('faults of the API', () => {
  let emulator: TestEmulator;
  beforeEach(async () => {
    emulator = await startTestEmulator();
  });
  afterEach(() => emulator.close());
  const put = (fault: object) => emulator.admin('PUT', '/faults/one', fault);
  const describeThem = () => emulator.sdk.DescribeLoadBalancers({});
  const lastCode = async () => {
    const { body } = await emulator.admin<{ calls: { code: string | null }[] }>('GET', '/calls');
    return body.calls.at(-1)?.code;
  };

  test('an API error hits its action so many times', async () => {
    await put({ kind: 'api-error', action: 'DescribeLoadBalancers', code: 'InternalError', message: 'oops', times: 2 });
    expect(await refusalOf(describeThem())).toEqual({ code: 'InternalError', message: 'oops' });
    await emulator.sdk.DescribeListeners({ LoadBalancerId: 'lb-local001' });
    expect((await refusalOf(describeThem())).code).toBe('InternalError');
    expect((await describeThem()).TotalCount).toBe(1);
    expect((await emulator.admin('GET', '/faults')).body).toEqual({ faults: {} });
  });

  test('throttling refuses as the rate limit does', async () => {
    await put({ kind: 'throttle' });
    expect((await refusalOf(describeThem())).code).toBe('RequestLimitExceeded');
    expect((await emulator.admin('GET', '/faults')).body).toEqual({ faults: { one: { kind: 'throttle' } } });
    await emulator.admin('DELETE', '/faults/one');
    expect((await describeThem()).TotalCount).toBe(1);
  });

  test('an HTTP status is answered below the API', async () => {
    await put({ kind: 'http-status', status: 502 });
    expect((await refusalOf(describeThem())).message).toContain('Bad Gateway');
    expect(await lastCode()).toBe('Http502');
  });

  test('when it is down every connection is reset', async () => {
    await put({ kind: 'down' });
    expect((await refusalOf(describeThem())).message).toMatch(/ECONNRESET|socket hang up/);
    expect(await lastCode()).toBe('ConnectionReset');
  });

  test('credentials can be refused', async () => {
    await put({ kind: 'refuse-credentials', secretId: 'local-id' });
    expect((await refusalOf(describeThem())).code).toBe('AuthFailure.SecretIdNotFound');
  });

  test('a fault that is not known is refused with what is wrong', async () => {
    expect(await put({ kind: 'earthquake' })).toMatchObject({ status: 400 });
    expect(await put({ kind: 'throttle', speed: 1 })).toMatchObject({ status: 400 });
    expect(await emulator.admin('DELETE', '/faults/none')).toMatchObject({ status: 404 });
  });
});
