import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectSdk, refusalOf, startTestEmulator, type TestEmulator } from '../testing/test-emulator.ts';

const lb = 'lb-local001';
const target = { ListenerId: 'lbl-1', Port: 80 };
const register = (...targets: object[]) => ({ LoadBalancerId: lb, Targets: targets });

/** Action, request, code, and what the message must name. */
const refused: [string, object, string, string][] = [
  ['DescribeListeners', { LoadBalancerId: lb, Wrong: 1 }, 'UnknownParameter', 'Wrong'],
  ['DescribeListeners', {}, 'MissingParameter', 'LoadBalancerId'],
  ['DescribeListeners', { LoadBalancerId: 7 }, 'InvalidParameter', 'LoadBalancerId'],
  ['DescribeListeners', { LoadBalancerId: 'lb-unknown1' }, 'InvalidParameter.LBIdNotFound', 'lb-unknown1'],
  ['DescribeListeners', { LoadBalancerId: lb, ListenerIds: ['lbl-x'] }, 'InvalidParameter', 'lbl-x'],
  [
    'DescribeLoadBalancers',
    { LoadBalancerIds: Array(21).fill('lb-1') },
    'InvalidParameterValue.Length',
    'LoadBalancerIds',
  ],
  ['DescribeLoadBalancers', { Limit: 101 }, 'InvalidParameterValue.Range', 'Limit'],
  ['DescribeTargetHealth', { LoadBalancerIds: Array(31).fill(lb) }, 'InvalidParameterValue.Length', 'LoadBalancerIds'],
  ['BatchRegisterTargets', register(), 'InvalidParameterValue.Length', 'Targets'],
  [
    'BatchRegisterTargets',
    register({ ...target, EniIp: '10.0.0.1', Weight: 101 }),
    'InvalidParameterValue.Range',
    'Targets.0.Weight',
  ],
  ['BatchRegisterTargets', register(target), 'MissingParameter', 'Targets.0'],
  [
    'BatchRegisterTargets',
    register({ ...target, EniIp: '10.0.0.1', InstanceId: 'ins-1' }),
    'InvalidParameter',
    'Targets.0',
  ],
  ['BatchRegisterTargets', register({ ...target, EniIp: 'pod-1' }), 'InvalidParameter.FormatError', 'pod-1'],
  [
    'BatchRegisterTargets',
    register(...Array<object>(501).fill({ ...target, EniIp: '10.0.0.1' })),
    'InvalidParameterValue.Length',
    'Targets',
  ],
  ['CreateListener', { LoadBalancerId: lb, Ports: [0], Protocol: 'TCP' }, 'InvalidParameterValue.Range', 'Ports.0'],
  ['CreateListener', { LoadBalancerId: lb, Ports: [80], Protocol: 'SCTP' }, 'InvalidParameterValue', 'Protocol'],
  ['CreateListener', { LoadBalancerId: lb, Ports: [80], Protocol: 'HTTPS' }, 'MissingParameter', 'Certificate'],
  [
    'CreateListener',
    { LoadBalancerId: lb, Ports: [80, 80], Protocol: 'TCP' },
    'InvalidParameter.PortCheckFailed',
    '80/TCP',
  ],
  [
    'CreateListener',
    { LoadBalancerId: lb, Ports: [80], ListenerNames: ['a', 'b'], Protocol: 'TCP' },
    'InvalidParameterValue.Length',
    'ListenerNames',
  ],
  ['DeleteListener', { LoadBalancerId: lb, ListenerId: 'lbl-x' }, 'InvalidParameter.ListenerIdNotFound', 'lbl-x'],
  ['CreateLoadBalancer', { LoadBalancerType: 'INTERNAL' }, 'MissingParameter', 'SubnetId'],
  ...['CreateLoadBalancer', 'ModifyLoadBalancerAttributes', 'CloneLoadBalancer'].map(
    (action): [string, object, string, string] => [
      action,
      {
        ...(action === 'CreateLoadBalancer' ? { LoadBalancerType: 'OPEN' } : { LoadBalancerId: lb }),
        LoadBalancerName: 'web \u{1F600}',
      },
      'InvalidParameter.FormatError',
      'LoadBalancerName',
    ],
  ),
  ['CloneLoadBalancer', { LoadBalancerId: lb, LoadBalancerName: 'a.b' }, 'InvalidParameter.FormatError', 'Name'],
  [
    'CreateListener',
    { LoadBalancerId: lb, Ports: [80], ListenerNames: ['\u{20BB7}'], Protocol: 'TCP' },
    'InvalidParameter.FormatError',
    'ListenerNames.0',
  ],
  [
    'ModifyListener',
    { LoadBalancerId: lb, ListenerId: 'lbl-x', ListenerName: '\u{1F600}' },
    'InvalidParameter.FormatError',
    'ListenerName',
  ],
  [
    'CreateLoadBalancer',
    { LoadBalancerType: 'OPEN', ClientToken: 'schl\u00fcssel' },
    'InvalidParameter.FormatError',
    'ClientToken',
  ],
  ['CreateLoadBalancer', { LoadBalancerType: 'OPEN', SlaType: 'huge' }, 'InvalidParameterValue', 'SlaType'],
  ['DescribeTaskStatus', {}, 'MissingParameter', 'TaskId'],
  ['DescribeTaskStatus', { TaskId: 'never' }, 'InvalidParameter', 'never'],
  ['DescribeEverything', {}, 'InvalidAction', 'DescribeEverything'],
];

const checks: [object, string][] = [
  [{ TimeOut: 5, IntervalTime: 5 }, 'TimeOut must be less than IntervalTime'],
  [{ CheckType: 'PING' }, 'PING does not go with protocol TCP'],
  [{ CheckType: 'HTTP', HttpVersion: 'HTTP/1.1' }, 'HttpCheckDomain'],
  [{ CheckType: 'HTTP', HttpCheckDomain: 'a.b' }, 'HttpVersion'],
  [{ HealthNum: 11 }, 'HealthNum'],
];

describe('requests that are wrong', () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator();
  });
  afterAll(() => emulator.close());

  test.each(refused)('%s is refused: case %#', async (action, request, code, named) => {
    const refusal = await refusalOf(emulator.sdk.request(action, request));
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(named) as unknown });
  });

  test.each(checks)('a health check %j is refused', async (HealthCheck, named) => {
    const call = emulator.sdk.CreateListener({ LoadBalancerId: lb, Ports: [80], Protocol: 'TCP', HealthCheck });
    expect((await refusalOf(call)).message).toContain(named);
  });

  test('an unknown region is refused, and load balancers of another region are not seen', async () => {
    const { apiPort } = await startTestEmulatorIn(['ap-guangzhou', 'ap-shanghai']);
    const nowhere = connectSdk(apiPort, { region: 'ap-nowhere' }).DescribeLoadBalancers({});
    expect((await refusalOf(nowhere)).code).toBe('UnsupportedRegion');
    expect((await connectSdk(apiPort, { region: 'ap-shanghai' }).DescribeLoadBalancers({})).TotalCount).toBe(0);
  });

  test('every refusal is in the call log with its code', async () => {
    await refusalOf(emulator.sdk.request('DescribeNothing', { A: 1 }));
    const { body } = await emulator.admin<{ calls: { action: string }[] }>('GET', '/calls?since=0');
    expect(body.calls.at(-1)).toMatchObject({
      action: 'DescribeNothing',
      code: 'InvalidAction',
      write: false,
      request: { A: 1 },
    });
  });

  const others: TestEmulator[] = [];
  afterAll(() => Promise.all(others.map((other) => other.close())));
  async function startTestEmulatorIn(regions: string[]) {
    const other = await startTestEmulator({ regions });
    others.push(other);
    return other;
  }
});
