import { afterEach, describe, expect, test } from '@jest/globals';
import type { EmulatorOptions } from '../../options/options.ts';
import { defaultSwitches } from '../../runtime/switches.ts';
import {
  makeListeners,
  refusalOf,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from '../../testing/test-emulator.ts';

const lb = 'lb-local001';

describe('targets', () => {
  let emulator: TestEmulator;
  afterEach(() => emulator.close());

  async function start(options: EmulatorOptions = {}) {
    emulator = await startTestEmulator(options);
    const [first = '', other = ''] = await makeListeners(emulator.sdk, { ports: [80, 81] });
    return { sdk: emulator.sdk, first, other };
  }
  const bound = async () => {
    const { Listeners = [] } = await emulator.sdk.DescribeTargets({ LoadBalancerId: lb });
    return Listeners.map(({ Targets = [] }) =>
      Targets.map(({ PrivateIpAddresses, Weight }) => `${PrivateIpAddresses?.[0] ?? ''} ${Weight ?? -1}`),
    );
  };
  const at = (ListenerId: string, EniIp: string, more: object = {}) => ({ ListenerId, EniIp, Port: 80, ...more });

  test('a batch fails by listener, whole, inside a success', async () => {
    const { sdk, first, other } = await start({ knownIps: ['10.0.0.0/24'] });
    const answer = await sdk.BatchRegisterTargets({
      LoadBalancerId: lb,
      Targets: [at(first, '10.0.0.1'), at(first, '10.9.9.9'), at(other, '10.0.0.1'), at('lbl-gone', '10.0.0.1')],
    });
    expect(answer.FailListenerIdSet).toEqual([first, 'lbl-gone']);
    expect(answer.Message).toBe('IP 10.9.9.9 not found. Listener lbl-gone not found.');
    expect(await bound()).toEqual([[], ['10.0.0.1 10']]);
  });

  test('registering again keeps the weight, unless the switch says otherwise', async () => {
    const { sdk, first } = await start();
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets: [at(first, '10.0.0.1', { Weight: 5 })] });
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets: [at(first, '10.0.0.1', { Weight: 50 })] });
    expect(await bound()).toEqual([['10.0.0.1 5'], []]);
    await emulator.close();
    const changed = await start({ switches: { ...defaultSwitches, reregisterKeepsWeight: false } });
    const again = (Weight: number) => ({ LoadBalancerId: lb, Targets: [at(changed.first, '10.0.0.1', { Weight })] });
    await changed.sdk.BatchRegisterTargets(again(5));
    await changed.sdk.BatchRegisterTargets(again(50));
    expect(await bound()).toEqual([['10.0.0.1 50'], []]);
  });

  test('deregistering what is not bound fails its listener, unless the switch says otherwise', async () => {
    const { sdk, first } = await start();
    const Targets = [at(first, '10.0.0.1')];
    const answer = await sdk.BatchDeregisterTargets({ LoadBalancerId: lb, Targets });
    expect(answer.FailListenerIdSet).toEqual([first]);
    await emulator.close();
    const changed = await start({ switches: { ...defaultSwitches, deregisterMissingIsFine: true } });
    const fine = await changed.sdk.BatchDeregisterTargets({
      LoadBalancerId: lb,
      Targets: [at(changed.first, '10.0.0.1')],
    });
    expect(fine.FailListenerIdSet).toEqual([]);
  });

  test('a batch may answer at once and be done later, if the switch says so', async () => {
    // Long enough to be seen running.
    const slow = { p50Ms: 500, p99Ms: 600 };
    const { sdk, first } = await start({
      switches: { ...defaultSwitches, batchIsSynchronous: false },
      latencies: { task: slow, batch: slow, create: slow },
    });
    const Targets = [at(first, '10.0.0.1'), at('lbl-gone', '10.0.0.1')];
    const answer = await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    expect(answer.FailListenerIdSet).toEqual(['lbl-gone']);
    expect((await sdk.DescribeTaskStatus({ TaskId: answer.RequestId ?? '' })).Status).toBe(2);
    expect(await waitForTask(sdk, answer.RequestId)).toMatchObject({ Status: 0 });
    expect(await bound()).toEqual([['10.0.0.1 10'], []]);
  });

  test('weights of many listeners change in one task; the weight of a target overrides that of its rule', async () => {
    const { sdk, first, other } = await start();
    await sdk.BatchRegisterTargets({
      LoadBalancerId: lb,
      Targets: [at(first, '10.0.0.1'), at(first, '10.0.0.2'), at(other, '10.0.0.1')],
    });
    const target = (EniIp: string, more: object = {}) => ({ EniIp, Port: 80, ...more });
    const { RequestId } = await sdk.BatchModifyTargetWeight({
      LoadBalancerId: lb,
      ModifyList: [
        { ListenerId: first, Weight: 0, Targets: [target('10.0.0.1'), target('10.0.0.2', { Weight: 7 })] },
        { ListenerId: other, Weight: 3, Targets: [target('10.0.0.1')] },
      ],
    });
    expect(await waitForTask(sdk, RequestId)).toMatchObject({ Status: 0 });
    expect(await bound()).toEqual([['10.0.0.1 0', '10.0.0.2 7'], ['10.0.0.1 3']]);
  });

  test('the weight of a target that is not bound cannot be set', async () => {
    const { sdk, first } = await start();
    const Targets = [{ EniIp: '10.0.0.9', Port: 80 }];
    const call = sdk.ModifyTargetWeight({ LoadBalancerId: lb, ListenerId: first, Targets, Weight: 0 });
    expect((await refusalOf(call)).code).toBe('InvalidParameter');
  });

  test('the same target twice in one request is refused, whatever is done with it', async () => {
    const { sdk, first, other } = await start();
    await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets: [at(first, '10.0.0.1'), at(other, '10.0.0.1')] });
    const target = { EniIp: '10.0.0.1', Port: 80 };
    const twice = [target, { ...target, Weight: 3, Tag: 'a' }];
    const place = { LoadBalancerId: lb, ListenerId: first };
    const batch = {
      LoadBalancerId: lb,
      Targets: [at(first, '10.0.0.2'), at(other, '10.0.0.1'), at(first, '10.0.0.2')],
    };
    const one = { ListenerId: first, Targets: [target] };
    const ModifyList = [one, { ListenerId: other, Targets: [target] }, one];
    const calls = [
      () => sdk.RegisterTargets({ ...place, Targets: twice }),
      () => sdk.DeregisterTargets({ ...place, Targets: twice }),
      () => sdk.BatchRegisterTargets(batch),
      () => sdk.BatchDeregisterTargets(batch),
      () => sdk.ModifyTargetWeight({ ...place, Targets: twice, Weight: 1 }),
      () => sdk.BatchModifyTargetWeight({ LoadBalancerId: lb, ModifyList }),
      () => sdk.BatchModifyTargetTag({ LoadBalancerId: lb, ModifyList }),
    ];
    for (const call of calls) expect((await refusalOf(call())).code).toBe('InvalidParameterValue.Duplicate');
    expect(await bound()).toEqual([['10.0.0.1 10'], ['10.0.0.1 10']]);
  });

  test('a rule is not named on a listener that has none', async () => {
    const { sdk, first, other } = await start();
    const LocationId = 'loc-00000001';
    const place = { LoadBalancerId: lb, ListenerId: first, Targets: [{ EniIp: '10.0.0.1', Port: 80 }] };
    for (const rule of [{ LocationId }, { Domain: 'a.example', Url: '/' }]) {
      const refusal = await refusalOf(sdk.RegisterTargets({ ...place, ...rule }));
      expect(refusal.code).toBe('InvalidParameter.ProtocolCheckFailed');
    }
    const Targets = [at(first, '10.0.0.1', { LocationId }), at(other, '10.0.0.1', { LocationId: '' })];
    const answer = await sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    expect(answer.FailListenerIdSet).toEqual([first]);
    expect(answer.Message).toContain(LocationId);
    expect(await bound()).toEqual([[], ['10.0.0.1 10']]);
  });

  test('another port makes no target that is there twice', async () => {
    const { sdk, first } = await start();
    const on = (EniIp: string, Port: number) => ({ EniIp, Port });
    const three = [on('10.0.0.1', 80), on('10.0.0.1', 81), on('10.0.0.2', 80)];
    await sdk.BatchRegisterTargets({
      LoadBalancerId: lb,
      Targets: three.map((target) => ({ ListenerId: first, ...target })),
    });
    const move = (NewPort: number, ...Targets: typeof three) =>
      sdk.ModifyTargetPort({ LoadBalancerId: lb, ListenerId: first, Targets, NewPort });
    for (const call of [move(81, on('10.0.0.1', 80)), move(90, ...three)]) {
      expect((await refusalOf(call)).code).toBe('InvalidParameterValue.Duplicate');
    }
    await waitForTask(sdk, (await move(90, ...three.slice(1))).RequestId);
    expect(await bound()).toEqual([['10.0.0.1 10', '10.0.0.1 10', '10.0.0.2 10'], []]);
  });

  test('reads honour their filters', async () => {
    const { sdk, first, other } = await start();
    await sdk.BatchRegisterTargets({
      LoadBalancerId: lb,
      Targets: [at(first, '10.0.0.1', { Tag: 'a' }), at(first, '10.0.0.2', { Tag: 'b' }), at(other, '10.0.0.3')],
    });
    const ips = async (request: object) => {
      const { Listeners = [] } = await sdk.DescribeTargets({ LoadBalancerId: lb, ...request });
      return Listeners.flatMap(({ Targets = [] }) =>
        Targets.flatMap(({ PrivateIpAddresses = [] }) => PrivateIpAddresses),
      );
    };
    expect(await ips({ Filters: [{ Name: 'tag', Values: ['b'] }] })).toEqual(['10.0.0.2']);
    expect(await ips({ Filters: [{ Name: 'private-ip-address', Values: ['10.0.0.3', '10.0.0.1'] }] })).toEqual([
      '10.0.0.1',
      '10.0.0.3',
    ]);
    expect(await ips({ Port: 81 })).toEqual(['10.0.0.3']);
    expect(await ips({ ListenerIds: [first] })).toEqual(['10.0.0.1', '10.0.0.2']);
    expect((await sdk.DescribeLoadBalancers({ BackendPrivateIps: ['10.0.0.3'] })).TotalCount).toBe(1);
    expect((await sdk.DescribeLoadBalancers({ BackendPrivateIps: ['10.0.0.4'] })).TotalCount).toBe(0);
    const unknown = refusalOf(ips({ Filters: [{ Name: 'colour', Values: ['red'] }] }));
    expect((await unknown).code).toBe('InvalidParameter.InvalidFilter');
  });

  test('a listener reads as it was made, with the defaults of the cloud, and goes with its targets', async () => {
    const { sdk, first, other } = await start();
    const { Listeners } = await sdk.DescribeListeners({ LoadBalancerId: lb, ListenerIds: [first] });
    expect(Listeners?.[0]).toMatchObject({
      ListenerId: first,
      Protocol: 'TCP',
      Port: 80,
      Rules: null,
      Scheduler: 'WRR',
      SessionExpireTime: 0,
      HealthCheck: { HealthSwitch: 1, TimeOut: 2, IntervalTime: 5, HealthNum: 3, UnHealthNum: 3, CheckType: 'TCP' },
    });
    const again = sdk.CreateListener({ LoadBalancerId: lb, Ports: [80], Protocol: 'TCP' });
    expect((await refusalOf(again)).code).toBe('InvalidParameter.PortCheckFailed');
    const { RequestId } = await sdk.DeleteListener({ LoadBalancerId: lb, ListenerId: first });
    await waitForTask(sdk, RequestId);
    const left = await sdk.DescribeListeners({ LoadBalancerId: lb });
    expect(left.Listeners?.map(({ ListenerId }) => ListenerId)).toEqual([other]);
  });
});
