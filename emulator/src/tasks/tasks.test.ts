import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestClock, type TestClock } from '../testing/test-clock.ts';
import { eventually, refusalOf, startTestEmulator, type TestEmulator } from '../testing/test-emulator.ts';

const lb = 'lb-local001';
const second = { p50Ms: 1000, p99Ms: 1000 };
const createOn = (port: number) => ({ LoadBalancerId: lb, Ports: [port], Protocol: 'TCP' });

describe('writes take time, one at a time', () => {
  let clock: TestClock;
  let emulator: TestEmulator;
  beforeEach(async () => {
    clock = createTestClock();
    emulator = await startTestEmulator({
      clock,
      latencies: { task: second, batch: second, create: second },
      tailMsPerTarget: 100,
    });
  });
  afterEach(() => emulator.close());
  const statusOf = async (id?: string) => (await emulator.sdk.DescribeTaskStatus({ TaskId: id ?? '' })).Status;

  test('the effect of a task shows when it ends', async () => {
    const { sdk } = emulator;
    const { RequestId, ListenerIds } = await sdk.CreateListener(createOn(80));
    clock.advance(900);
    expect(await statusOf(RequestId)).toBe(2);
    expect((await sdk.DescribeListeners({ LoadBalancerId: lb })).TotalCount).toBe(0);
    clock.advance(200);
    expect(await statusOf(RequestId)).toBe(0);
    const { Listeners } = await sdk.DescribeListeners({ LoadBalancerId: lb });
    expect(Listeners?.map(({ ListenerId }) => ListenerId)).toEqual(ListenerIds);
  });

  test('a second write is refused while the first runs, a read is not, and afterwards it is taken', async () => {
    const { sdk } = emulator;
    await sdk.CreateListener(createOn(80));
    const texts = new Set<string>();
    for (let count = 0; count < 20; count++) {
      const { code, message } = await refusalOf(sdk.CreateListener(createOn(81)));
      expect(code).toBe('FailedOperation.ResourceInOperating');
      texts.add(message);
    }
    expect([...texts].sort()).toEqual([
      `Loadbalancer(${lb}) is not in normal desState, maybe some tasks are being processed, please try later.`,
      'Your task is working (AddQLBL4Listener). Pls wait for the task to complete and try again.',
    ]);
    clock.advance(1100);
    expect((await sdk.CreateListener(createOn(81))).ListenerIds).toHaveLength(1);
  });

  test('two load balancers do not wait for each other', async () => {
    await emulator.admin('PUT', '/load-balancers/lb-other', { vip: '198.51.100.11', vpcId: 'vpc-local001' });
    await emulator.sdk.CreateListener(createOn(80));
    const other = await emulator.sdk.CreateListener({ ...createOn(80), LoadBalancerId: 'lb-other' });
    expect(other.ListenerIds).toHaveLength(1);
  });

  test('a batch holds its caller, answers when it is done, and leaves the load balancer busy for a while', async () => {
    const { sdk } = emulator;
    const { ListenerIds: [listener = ''] = [] } = await sdk.CreateListener(createOn(80));
    clock.advance(1100);
    const Targets = [1, 2, 3].map((last) => ({ ListenerId: listener, EniIp: `10.0.0.${last}`, Port: 80 }));
    let isAnswered = false;
    const batch = sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets }).finally(() => (isAnswered = true));
    await eventually(() => Promise.resolve(clock.pending() > 0));
    const { code } = await refusalOf(sdk.DeleteListener({ LoadBalancerId: lb, ListenerId: listener }));
    expect(code).toBe('FailedOperation.ResourceInOperating');
    expect(isAnswered).toBe(false);
    expect((await sdk.DescribeTargets({ LoadBalancerId: lb })).Listeners?.[0]?.Targets).toEqual([]);
    clock.advance(1100);
    expect(await statusOf((await batch).RequestId)).toBe(0);
    expect((await sdk.DescribeTargets({ LoadBalancerId: lb })).Listeners?.[0]?.Targets).toHaveLength(3);
    clock.advance(200);
    expect((await refusalOf(sdk.CreateListener(createOn(81)))).code).toBe('FailedOperation.ResourceInOperating');
    clock.advance(200);
    expect((await sdk.CreateListener(createOn(81))).ListenerIds).toHaveLength(1);
  });

  test('a load balancer that is being made shows Status 0 and no VIP; its ClientToken makes it once', async () => {
    const { sdk } = emulator;
    const request = { LoadBalancerType: 'OPEN', ClientToken: 'once' };
    const { LoadBalancerIds: ids = [] } = await sdk.CreateLoadBalancer(request);
    const again = await sdk.CreateLoadBalancer(request);
    expect(again.LoadBalancerIds).toEqual(ids);
    const task = await sdk.DescribeTaskStatus({ TaskId: again.RequestId ?? '' });
    expect(task).toMatchObject({ Status: 2, LoadBalancerIds: ids });
    const found = await sdk.DescribeLoadBalancers({ LoadBalancerIds: ids });
    expect(found.LoadBalancerSet?.[0]).toMatchObject({ Status: 0, LoadBalancerVips: [] });
  });
});
