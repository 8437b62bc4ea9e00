import { afterEach, describe, expect, test } from '@jest/globals';
import { defaultQuotas } from './quotas.ts';
import { createTestClock } from '../testing/test-clock.ts';
import {
  connectSdk,
  makeListeners,
  refusalOf,
  startTestEmulator,
  type TestEmulator,
} from '../testing/test-emulator.ts';

const lb = 'lb-local001';

describe('limits', () => {
  let emulator: TestEmulator;
  afterEach(() => emulator.close());

  test('the 21st request for an action in a second is refused in the language of the caller', async () => {
    const clock = createTestClock();
    emulator = await startTestEmulator({ clock, ratePerSecond: 20 });
    const { sdk, apiPort } = emulator;
    for (let count = 0; count < 20; count++) await sdk.DescribeLoadBalancers({});
    expect(await refusalOf(sdk.DescribeLoadBalancers({}))).toEqual({
      code: 'RequestLimitExceeded',
      message:
        'Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second. ' +
        'Please reduce the frequency of calls.',
    });
    const chinese = connectSdk(apiPort, { language: 'zh-CN' });
    expect((await refusalOf(chinese.DescribeLoadBalancers({}))).message).toBe(
      '您当前每秒请求 `22` 次，超过了每秒频率上限 `20`，请稍后重试。',
    );
    await sdk.DescribeListeners({ LoadBalancerId: lb });
    clock.advance(1000);
    await sdk.DescribeLoadBalancers({});
  });

  test('another secret id has its own count', async () => {
    const credentials = { 'local-id': { secretKey: 'local-key' }, second: { secretKey: 'key' } };
    emulator = await startTestEmulator({ clock: createTestClock(), ratePerSecond: 1, credentials });
    await emulator.sdk.DescribeLoadBalancers({});
    await connectSdk(emulator.apiPort, { secretId: 'second', secretKey: 'key' }).DescribeLoadBalancers({});
    expect((await refusalOf(emulator.sdk.DescribeLoadBalancers({}))).code).toBe('RequestLimitExceeded');
  });

  test('the quota of targets counts what is bound and what is asked for, again or not', async () => {
    emulator = await startTestEmulator({
      quotas: { ...defaultQuotas, listenersPerLoadBalancer: 2, targetsPerListener: 3 },
    });
    const { sdk } = emulator;
    const [ListenerId = ''] = await makeListeners(sdk, { ports: [80] });
    const two = [1, 2].map((last) => ({ ListenerId, EniIp: `10.0.0.${last}`, Port: 80 }));
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets: two });
    const again = sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets: two });
    expect((await refusalOf(again)).code).toBe('LimitExceeded');
    const listeners = sdk.CreateListener({ LoadBalancerId: lb, Ports: [81, 82], Protocol: 'TCP' });
    expect((await refusalOf(listeners)).code).toBe('LimitExceeded');
  });
});
