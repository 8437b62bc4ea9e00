import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  eventually,
  makeListeners,
  startBackend,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from './testing/test-emulator.ts';

const lb = 'lb-local001';

interface State {
  loadBalancers: {
    id: string;
    vips: string[];
    listeners: { id: string; targets: { health: string; weight: number }[] }[];
  }[];
}

describe('the life cycle of a binding, by the official SDK', () => {
  let emulator: TestEmulator;
  beforeEach(async () => {
    emulator = await startTestEmulator();
  });
  afterEach(() => emulator.close());

  const healthOf = async () => {
    const { LoadBalancers } = await emulator.sdk.DescribeTargetHealth({ LoadBalancerIds: [lb] });
    return LoadBalancers?.[0]?.Listeners?.[0]?.Rules?.[0]?.Targets ?? [];
  };

  test('a target is registered, becomes Alive by real probes, is drained and deregistered', async () => {
    const { sdk } = emulator;
    const backend = await startBackend();
    const [listener = ''] = await makeListeners(sdk, { ports: [80] });
    const Targets = [{ ListenerId: listener, EniIp: '127.0.0.1', Port: backend.port, Tag: 'pod-uid-1' }];
    const registered = await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    expect(registered).toMatchObject({ FailListenerIdSet: [], Message: '' });

    await eventually(async () => (await healthOf())[0]?.HealthStatusDetail === 'Alive');
    expect(await healthOf()).toEqual([
      expect.objectContaining({ IP: '127.0.0.1', Port: backend.port, HealthStatus: true, Weight: 10 }),
    ]);

    const [target] = [{ EniIp: '127.0.0.1', Port: backend.port }];
    const drained = await sdk.ModifyTargetWeight({
      LoadBalancerId: lb,
      ListenerId: listener,
      Targets: [target],
      Weight: 0,
    });
    expect(await waitForTask(sdk, drained.RequestId)).toMatchObject({ Status: 0, LoadBalancerIds: [lb] });
    const described = await sdk.DescribeTargets({ LoadBalancerId: lb });
    expect(described.Listeners?.[0]?.Targets).toEqual([
      expect.objectContaining({ Type: 'ENI', PrivateIpAddresses: ['127.0.0.1'], Weight: 0, Tag: 'pod-uid-1' }),
    ]);

    await sdk.BatchDeregisterTargets({ LoadBalancerId: lb, Targets });
    expect(await healthOf()).toEqual([]);
    backend.server.close();
  });

  test('a target that was deregistered and comes back starts at Unknown', async () => {
    const { sdk } = emulator;
    const backend = await startBackend();
    const [listener = ''] = await makeListeners(sdk, { ports: [80], healthCheck: { IntervalTime: 30 } });
    const Targets = [{ ListenerId: listener, EniIp: '127.0.0.1', Port: backend.port }];
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    await eventually(async () => (await healthOf())[0]?.HealthStatusDetail === 'Alive');
    await sdk.BatchDeregisterTargets({ LoadBalancerId: lb, Targets });
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    expect(await healthOf()).toEqual([expect.objectContaining({ HealthStatusDetail: 'Unknown', HealthStatus: false })]);
    backend.server.close();
  });

  test('the admin API shows the state, the calls and the health changes', async () => {
    const { sdk, admin } = emulator;
    const backend = await startBackend();
    const [listener = ''] = await makeListeners(sdk, { ports: [80] });
    const Targets = [{ ListenerId: listener, EniIp: '127.0.0.1', Port: backend.port }];
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    const change = await eventually(async () => {
      const { body } = await admin<{ changes: object[] }>('GET', '/health-changes?since=0');
      return body.changes[0];
    });
    expect(change).toMatchObject({
      seq: 1,
      loadBalancerId: lb,
      listenerId: listener,
      ip: '127.0.0.1',
      port: backend.port,
      from: 'Unknown',
      to: 'Alive',
    });
    const { body: state } = await admin<State>('GET', '/state');
    expect(state.loadBalancers[0]).toMatchObject({
      id: lb,
      vips: ['198.51.100.10'],
      listeners: [{ id: listener, port: 80, targets: [{ health: 'Alive', weight: 10 }] }],
    });
    const { body } = await admin<{ calls: { seq: number; action: string }[] }>('GET', '/calls?since=1');
    expect(body.calls[0]?.seq).toBe(2);
    expect(body.calls.find(({ action }) => action === 'BatchRegisterTargets')).toMatchObject({
      write: true,
      loadBalancerId: lb,
      code: null,
      request: { LoadBalancerId: lb, Targets },
    });
    backend.server.close();
  });

  test('a load balancer is made with the next free VIP and is usable when its task has ended', async () => {
    const { sdk } = emulator;
    const made = await sdk.CreateLoadBalancer({
      LoadBalancerType: 'OPEN',
      VpcId: 'vpc-local001',
      LoadBalancerName: 'mine',
    });
    const [id = ''] = made.LoadBalancerIds ?? [];
    expect(await waitForTask(sdk, made.RequestId)).toMatchObject({ Status: 0, LoadBalancerIds: [id] });
    const { LoadBalancerSet, TotalCount } = await sdk.DescribeLoadBalancers({ LoadBalancerIds: [id] });
    expect(TotalCount).toBe(1);
    expect(LoadBalancerSet?.[0]).toMatchObject({
      Status: 1,
      LoadBalancerName: 'mine',
      LoadBalancerVips: ['198.51.100.1'],
    });
  });

  test('the admin API makes and removes load balancers', async () => {
    const { sdk, admin } = emulator;
    const seed = { vip: '198.51.100.77', vpcId: 'vpc-2', name: 'seeded' };
    expect((await admin('PUT', '/load-balancers/lb-seeded1', seed)).status).toBe(200);
    expect((await admin('PUT', '/load-balancers/lb-seeded1', seed)).status).toBe(200);
    expect((await admin('PUT', '/load-balancers/lb-seeded2', seed)).status).toBe(409);
    const moved = await admin('PUT', '/load-balancers/lb-seeded1', { ...seed, vip: '198.51.100.99' });
    expect(moved).toMatchObject({ status: 409, body: { error: expect.stringContaining(seed.vip) as unknown } });
    expect((await admin('PUT', '/load-balancers/lb-seeded1', { ...seed, name: 'other' })).status).toBe(200);
    const { LoadBalancerSet } = await sdk.DescribeLoadBalancers({ LoadBalancerIds: ['lb-seeded1'] });
    expect(LoadBalancerSet?.[0]).toMatchObject({ LoadBalancerName: 'other', LoadBalancerVips: [seed.vip] });
    await admin('PUT', '/load-balancers/lb-seeded1', seed);
    const found = await sdk.DescribeLoadBalancers({ LoadBalancerName: 'seeded' });
    expect(found.LoadBalancerSet?.[0]).toMatchObject({ LoadBalancerId: 'lb-seeded1', VpcId: 'vpc-2' });
    expect((await admin('DELETE', '/load-balancers/lb-seeded1')).status).toBe(204);
    expect((await sdk.DescribeLoadBalancers({ LoadBalancerName: 'seeded' })).TotalCount).toBe(0);
  });
});
