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

  test('what a protocol does not have is refused, and its default is not', async () => {
    emulator = await startTestEmulator();
    const { sdk } = emulator;
    const made = async (request: object) => {
      const { RequestId } = await sdk.CreateListener({ LoadBalancerId: lb, Ports: [80], Protocol: 'HTTP', ...request });
      await waitForTask(sdk, RequestId);
      return RequestId;
    };
    const codeOf = async (request: object) => (await refusalOf(made(request))).code;
    const tcp = { Protocol: 'TCP' };
    const foreign = [
      { Scheduler: 'LEAST_CONN' },
      { MaxConn: 5 },
      { MaxCps: 5 },
      { IdleConnectTimeout: 60 },
      { RescheduleStartTime: 5 },
      { RescheduleInterval: 5 },
      { SslCloseSwitch: true },
      { SessionType: 'QUIC_CID' },
      { ...tcp, KeepaliveEnable: 1 },
      { ...tcp, H2cSwitch: true },
      { ...tcp, SessionType: 'QUIC_CID' },
      { Protocol: 'UDP', SessionType: 'QUIC_CID', Scheduler: 'LEAST_CONN' },
      { Protocol: 'HTTPS', SniSwitch: 1, Certificate: { CertId: 'cert-1' } },
    ];
    for (const request of foreign) expect(await codeOf(request)).toBe('InvalidParameter.ProtocolCheckFailed');
    expect(await codeOf({ H2cSwitch: true })).toBe('UnsupportedOperation');
    const withoutKey = { CertName: 'site', CertContent: 'content' };
    expect(await codeOf({ Protocol: 'HTTPS', Certificate: withoutKey })).toBe('MissingParameter');
    await made({ Scheduler: 'WRR', MaxConn: -1, KeepaliveEnable: 1, SniSwitch: 0, SslCloseSwitch: false });
  });

  test('a load balancer that is shared has no limits of connections, and a shorter idle time', async () => {
    emulator = await startTestEmulator();
    const { sdk } = emulator;
    const [ListenerId = ''] = await makeListeners(sdk, { ports: [80] });
    const change = (request: object) => sdk.ModifyListener({ LoadBalancerId: lb, ListenerId, ...request });
    expect((await refusalOf(change({ MaxConn: 5 }))).code).toBe('InvalidParameter');
    expect((await refusalOf(change({ IdleConnectTimeout: 901 }))).code).toBe('InvalidParameterValue.Range');
    const LoadBalancerSla = [{ LoadBalancerId: lb, SlaType: 'clb.c2.medium' }];
    await waitForTask(sdk, (await sdk.ModifyLoadBalancerSla({ LoadBalancerSla })).RequestId);
    await waitForTask(sdk, (await change({ MaxConn: 5, MaxCps: 5, IdleConnectTimeout: 901 })).RequestId);
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
