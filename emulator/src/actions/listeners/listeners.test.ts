import { afterEach, describe, expect, test } from '@jest/globals';
import {
  makeListeners,
  refusalOf,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from '../../testing/test-emulator.ts';

const lb = 'lb-local001';

describe('listeners', () => {
  let emulator: TestEmulator;
  afterEach(() => emulator.close());

  test('ports are shared by transport, also by ranges', async () => {
    emulator = await startTestEmulator();
    const { sdk } = emulator;
    const make = async (request: object) => {
      const answer = await sdk.CreateListener({ LoadBalancerId: lb, Ports: [80], Protocol: 'TCP', ...request });
      await waitForTask(sdk, answer.RequestId);
    };
    const codeOf = async (request: object) => (await refusalOf(make(request))).code;
    await make({ EndPort: 90 });
    expect(await codeOf({ Ports: [85], Protocol: 'HTTP' })).toBe('InvalidParameter.PortCheckFailed');
    expect(await codeOf({ Ports: [70], EndPort: 80 })).toBe('InvalidParameter.PortCheckFailed');
    expect(await codeOf({ Ports: [70, 71], EndPort: 72 })).toBe('InvalidParameter.PortCheckFailed');
    await make({ Ports: [85], Protocol: 'udp' });
    const { Listeners } = await sdk.DescribeListeners({ LoadBalancerId: lb, Protocol: 'udp' });
    expect(Listeners?.map(({ Protocol, Port }) => [Protocol, Port])).toEqual([['UDP', 85]]);
    await make({ Ports: [91], Protocol: 'HTTP' });
  });

  test('settings go with protocols, and a change leaves the others alone', async () => {
    emulator = await startTestEmulator();
    const { sdk } = emulator;
    const [ListenerId = ''] = await makeListeners(sdk, { ports: [80] });
    const place = { LoadBalancerId: lb, ListenerId };
    const codeOf = async (request: object) => (await refusalOf(sdk.ModifyListener({ ...place, ...request }))).code;
    expect(await codeOf({ SniSwitch: 1 })).toBe('InvalidParameter.ProtocolCheckFailed');
    expect(await codeOf({ SessionExpireTime: 5 })).toBe('InvalidParameterValue.Range');
    expect(await codeOf({ HealthCheck: { CheckType: 'PING' } })).toBe('InvalidParameterValue');
    expect(await codeOf({ HealthCheck: { CheckType: 'CUSTOM', ContextType: 'HEX' } })).toBe('InvalidParameterValue');
    const custom = { CheckType: 'CUSTOM', ContextType: 'HEX', SendContext: '0A', RecvContext: '0' };
    expect(await codeOf({ HealthCheck: custom })).toBe('InvalidParameterValue');
    const change = { Scheduler: 'LEAST_CONN', RescheduleUnhealthy: true, RescheduleInterval: 30 };
    const HealthCheck = { ...custom, RecvContext: 'FF' };
    await waitForTask(sdk, (await sdk.ModifyListener({ ...place, ...change, HealthCheck })).RequestId);
    const { Listeners } = await sdk.DescribeListeners({ LoadBalancerId: lb });
    expect(Listeners?.[0]).toMatchObject({
      Scheduler: 'LEAST_CONN',
      SessionExpireTime: 0,
      AttrFlags: ['RescheduleUnhealthy'],
      RescheduleInterval: 30,
      HealthCheck: { CheckType: 'CUSTOM', RecvContext: 'FF', HttpCheckPath: null, IntervalTime: 5 },
    });
  });
});
