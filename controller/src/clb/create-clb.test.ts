import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError, type TargetSpec } from '../core/clb-port.ts';
import { startClbWorld, type ClbWorld } from './testing/clb-world.ts';

const signal = new AbortController().signal;
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const aTarget = (index: number, listenerId = 'lbl-1'): TargetSpec => {
  return { listenerId, ip: `10.0.${Math.floor(index / 250)}.${index % 250}`, port: 80, weight: 10, tag: 'pod' };
};
const taskDone = { response: { Status: 0, LoadBalancerIds: null, Message: null } };

describe('reads', () => {
  test('ask in English, in the region of the settings, signed with the credentials', async () => {
    world.cloud.replies('DescribeListeners', { response: { Listeners: [], TotalCount: 0 } });
    expect(await world.clb.describeListeners('lb-1', signal)).toEqual([]);
    const [request] = world.cloud.requests;
    expect(request?.body).toEqual({ LoadBalancerId: 'lb-1' });
    expect(request?.headers).toMatchObject({ 'x-tc-region': 'ap-guangzhou', 'x-tc-language': 'en-US' });
    expect(request?.headers.authorization).toContain('Credential=an-id/');
  });

  test.each([
    { response: { LoadBalancerSet: [], TotalCount: 0 } },
    { error: 'InvalidParameter.LBIdNotFound', message: 'lb-1 not found' },
  ])('a load balancer that does not exist is undefined, not an error', async (reply) => {
    world.cloud.replies('DescribeLoadBalancers', reply);
    expect(await world.clb.describeLoadBalancer('lb-1', signal)).toBeUndefined();
  });

  test('targets are asked for 20 listeners at a time', async () => {
    world.cloud.replies('DescribeTargets', ({ ListenerIds }) => {
      const listeners = (ListenerIds as string[]).map((ListenerId) => {
        return { ListenerId, Rules: null, Targets: [{ PrivateIpAddresses: ['10.0.0.1'], Port: 80, Weight: 10 }] };
      });
      return { response: { Listeners: listeners } };
    });
    const ids = range(41).map((index) => `lbl-${index}`);
    const targets = await world.clb.describeTargets('lb-1', ids, signal);
    expect(targets.map(({ listenerId }) => listenerId)).toEqual(ids);
    expect(world.cloud.requests).toHaveLength(3);
  });

  test('targets of no listeners are none, and nobody is asked: to the API an empty list means all', async () => {
    expect(await world.clb.describeTargets('lb-1', [], signal)).toEqual([]);
    expect(await world.clb.describeHealth([], signal)).toEqual([]);
    expect(world.cloud.requests).toHaveLength(0);
  });

  test('health is asked for 30 load balancers at a time, and those that do not exist are left out', async () => {
    world.cloud.replies('DescribeTargetHealth', ({ LoadBalancerIds }) => {
      const ids = LoadBalancerIds as string[];
      if (ids.includes('lb-7')) return { error: 'InvalidParameter.LBIdNotFound', message: 'no' };
      return { response: { LoadBalancers: ids.map((id) => ({ LoadBalancerId: id, Listeners: healthyListener })) } };
    });
    const healthyListener = [
      { ListenerId: 'lbl-1', Rules: [{ Targets: [{ IP: '1.1.1.1', Port: 80, HealthStatusDetail: 'Alive' }] }] },
    ];
    const ids = range(40).map((index) => `lb-${index}`);
    const seen = new Set((await world.clb.describeHealth(ids, signal)).map(({ loadBalancerId }) => loadBalancerId));
    expect(seen).toEqual(new Set(ids.filter((id) => id !== 'lb-7')));
    const sizes = world.cloud
      .bodiesOf('DescribeTargetHealth')
      .map((body) => (body['LoadBalancerIds'] as string[]).length);
    expect(Math.max(...sizes)).toBe(30);
    expect(sizes.length).toBeLessThan(13);
  });

  test.each([
    ['DescribeListeners', {}, (w: ClbWorld) => w.clb.describeListeners('lb-1', signal)],
    ['DescribeListeners', { Listeners: [], TotalCount: 3 }, (w: ClbWorld) => w.clb.describeListeners('lb-1', signal)],
    ['DescribeLoadBalancers', {}, (w: ClbWorld) => w.clb.describeLoadBalancer('lb-1', signal)],
    ['DescribeTargets', {}, (w: ClbWorld) => w.clb.describeTargets('lb-1', ['lbl-1'], signal)],
    [
      'DescribeTargets',
      { Listeners: [{ ListenerId: 'lbl-1' }] },
      (w: ClbWorld) => w.clb.describeTargets('lb-1', ['lbl-1'], signal),
    ],
    ['DescribeTargetHealth', {}, (w: ClbWorld) => w.clb.describeHealth(['lb-1'], signal)],
  ])(
    'an answer to %s that lacks what it must hold (%j) is an error and not an empty world',
    async (action, response, ask) => {
      world.cloud.replies(action, { response });
      await expect(ask(world)).rejects.toMatchObject({
        name: 'CloudError',
        kind: 'transient',
        code: 'Malformed',
        action,
      });
    },
  );
});

describe('writes', () => {
  test('listeners are created together by protocol and health check, at most 49 ports a call, each call to its end', async () => {
    world.cloud.replies('CreateListener', { response: { ListenerIds: [] } });
    world.cloud.replies('DescribeTaskStatus', { response: { Status: 2 } }, taskDone);
    const healthCheck = { intervalSeconds: 2, timeoutSeconds: 1, healthyCount: 2, unhealthyCount: 2 };
    await world.clb.createListeners(
      'lb-1',
      [
        ...range(50).map((index) => ({ name: `t${index}`, protocol: 'TCP' as const, port: 1000 + index })),
        { name: 'u', protocol: 'UDP', port: 53, healthCheck },
      ],
      signal,
    );
    const bodies = world.cloud.bodiesOf('CreateListener');
    expect(bodies.map(({ Protocol, Ports }) => [Protocol, (Ports as number[]).length])).toEqual([
      ['TCP', 49],
      ['TCP', 1],
      ['UDP', 1],
    ]);
    expect(bodies[0]).not.toHaveProperty('HealthCheck');
    expect(bodies[2]).toMatchObject({
      ListenerNames: ['u'],
      HealthCheck: { HealthSwitch: 1, IntervalTime: 2, TimeOut: 1, HealthNum: 2, UnHealthNum: 2 },
    });
    expect(world.cloud.requests.map(({ action }) => action).slice(0, 4)).toEqual([
      'CreateListener',
      'DescribeTaskStatus',
      'DescribeTaskStatus',
      'CreateListener',
    ]);
  });

  test.each([
    ['refused', { error: 'InvalidParameter.PortCheckFailed', message: 'taken' }, 'refused'],
    ['over the quota', { error: 'LimitExceeded', message: 'full' }, 'quota'],
    ['not to be done', { error: 'FailedOperation', message: 'odd' }, 'transient'],
  ])('listeners that are %s come back, and those of other calls are made', async (_, reply, kind) => {
    const udp = { name: 'u', protocol: 'UDP' as const, port: 53 };
    const tcp = { name: 't', protocol: 'TCP' as const, port: 80 };
    world.cloud.replies('CreateListener', reply, { response: { ListenerIds: [] } });
    world.cloud.replies('DescribeTaskStatus', taskDone);
    const refusals = await world.clb.createListeners('lb-1', [udp, tcp], signal);
    expect(refusals).toMatchObject([{ specs: [udp], cause: { kind, action: 'CreateListener' } }]);
    expect(refusals[0]?.cause.message).toContain('create a listener for UDP 53 on lb-1');
    expect(world.cloud.bodiesOf('CreateListener').map(({ Ports }) => Ports)).toEqual([[53], [80]]);
  });

  test('listeners whose making failed half way come back too', async () => {
    world.cloud.replies('CreateListener', { response: { ListenerIds: ['lbl-1'] } });
    world.cloud.replies('DescribeTaskStatus', { response: { Status: 1, Message: 'odd' } }, taskDone);
    const specs = [
      { name: 'u', protocol: 'UDP' as const, port: 53 },
      { name: 't', protocol: 'TCP' as const, port: 80 },
    ];
    const refusals = await world.clb.createListeners('lb-1', specs, signal);
    expect(refusals).toMatchObject([{ specs: [{ port: 53 }], cause: { code: 'TaskFailed' } }]);
  });

  test.each([
    ['is gone', { error: 'InvalidParameter.LBIdNotFound', message: 'no' }],
    ['does not know us', { error: 'AuthFailure.SecretIdNotFound', message: 'who' }],
    ['did not answer', 'reset' as const],
  ])('a cloud or CLB that %s makes no listener at all, and nothing else is tried', async (_, reply) => {
    world.cloud.replies('CreateListener', reply);
    const specs = [
      { name: 'u', protocol: 'UDP' as const, port: 53 },
      { name: 't', protocol: 'TCP' as const, port: 80 },
    ];
    await expect(world.clb.createListeners('lb-1', specs, signal)).rejects.toBeInstanceOf(CloudError);
    expect(world.cloud.bodiesOf('CreateListener')).toHaveLength(1);
  });

  test('a batch holds 500 targets at most, and what the CLB refused comes back by listener', async () => {
    world.cloud.replies(
      'BatchRegisterTargets',
      { response: { FailListenerIdSet: ['lbl-9'], Message: 'IP 10.0.0.1 not found.' } },
      { response: { FailListenerIdSet: [], Message: '' } },
    );
    const refusals = await world.clb.register(
      'lb-1',
      range(501).map((index) => aTarget(index)),
      signal,
    );
    expect(refusals).toEqual([{ listenerId: 'lbl-9', message: 'IP 10.0.0.1 not found.' }]);
    const [first, second] = world.cloud.bodiesOf('BatchRegisterTargets');
    expect(first?.['Targets']).toHaveLength(500);
    expect(second?.['Targets']).toEqual([{ ListenerId: 'lbl-1', EniIp: '10.0.2.0', Port: 80, Weight: 10, Tag: 'pod' }]);
  });

  test('weights go out in entries of 50 targets and calls of 500, and are waited for', async () => {
    world.cloud.replies('BatchModifyTargetWeight', { response: {} });
    world.cloud.replies('DescribeTaskStatus', taskDone);
    const targets = [...range(130).map((i) => aTarget(i, 'lbl-1')), ...range(430).map((i) => aTarget(i, 'lbl-2'))];
    await world.clb.setWeight('lb-1', targets, 0, signal);
    const entries = world.cloud
      .bodiesOf('BatchModifyTargetWeight')
      .map((body) => body['ModifyList'] as { Weight: number; Targets: unknown[] }[]);
    const sums = entries.map((list) => list.reduce((sum, { Targets }) => sum + Targets.length, 0));
    expect(sums.reduce((sum, one) => sum + one, 0)).toBe(560);
    expect(Math.max(...sums)).toBeLessThanOrEqual(500);
    expect(entries).toHaveLength(2);
    expect(entries.flat().every(({ Weight, Targets }) => Weight === 0 && Targets.length <= 50)).toBe(true);
    expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(2);
  });

  test('nothing to write asks nobody', async () => {
    await world.clb.createListeners('lb-1', [], signal);
    await world.clb.setWeight('lb-1', [], 0, signal);
    expect(await world.clb.register('lb-1', [], signal)).toEqual([]);
    expect(await world.clb.deregister('lb-1', [], signal)).toEqual([]);
    expect(world.cloud.requests).toHaveLength(0);
  });

  test.each([
    ['no listener to delete', (w: ClbWorld) => w.clb.deleteListener('lb-1', '', signal)],
    ['no load balancer', (w: ClbWorld) => w.clb.deleteListener('', 'lbl-1', signal)],
    ['no listener to read', (w: ClbWorld) => w.clb.describeTargets('lb-1', ['lbl-1', ''], signal)],
    ['no load balancer to look up', (w: ClbWorld) => w.clb.describeLoadBalancer('', signal)],
    [
      'no listener to take off from',
      (w: ClbWorld) => w.clb.deregister('lb-1', [{ ...aTarget(1), listenerId: '' }], signal),
    ],
  ])('an empty id never reaches the API: %s', async (_, ask) => {
    await expect(ask(world)).rejects.toMatchObject({ kind: 'refused', code: 'EmptyId' });
    expect(world.cloud.requests).toHaveLength(0);
  });

  test('a task that fails says why in the words of the CLB', async () => {
    world.cloud.replies('DeleteListener', { response: { RequestId: 'task-7' } });
    world.cloud.replies('DescribeTaskStatus', { response: { Status: 1, Message: 'LB update failed' } });
    const error = await world.clb.deleteListener('lb-1', 'lbl-1', signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CloudError);
    expect(error).toMatchObject({
      kind: 'transient',
      code: 'TaskFailed',
      action: 'DeleteListener',
      requestId: 'task-7',
    });
    expect((error as CloudError).message).toBe(
      'Could not delete lbl-1 of lb-1: the CLB began and then failed (LB update failed). It is tried again.',
    );
    expect(world.cloud.bodiesOf('DescribeTaskStatus')).toEqual([{ TaskId: 'task-7' }]);
  });

  test('a task is polled with growing pauses and given up after a minute', async () => {
    world.cloud.replies('DeleteListener', { response: {} });
    world.cloud.replies('DescribeTaskStatus', { response: { Status: 2 } });
    const asked = world.clb.deleteListener('lb-1', 'lbl-1', signal);
    await expect(asked).rejects.toMatchObject({ kind: 'busy', code: 'TaskTimeout' });
    expect(world.clock.pauses.slice(0, 4)).toEqual([100, 150, 225, 337.5]);
    expect(world.clock.now()).toBeGreaterThanOrEqual(60_000);
    expect(world.cloud.requests.length).toBeLessThan(80);
  });
});
