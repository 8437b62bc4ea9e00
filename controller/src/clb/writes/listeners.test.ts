import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CloudError } from '../../core/model/cloud-error.ts';
import { createListener, modifyListener } from '../../testing/steps.ts';
import { startClbWorld, taskDone, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

const udp = createListener({ name: 'u', protocol: 'UDP', port: 53 });
const tcp = createListener({ name: 't', protocol: 'TCP', port: 80 });

test('listeners alike in protocol and settings are created together, 49 a call, each call to its end', async () => {
  world.cloud.replies('CreateListener', { response: { ListenerIds: [] } });
  world.cloud.replies('DescribeTaskStatus', { response: { Status: 2 } }, taskDone);
  const healthCheck = { HealthSwitch: 1, IntervalTime: 2, TimeOut: 1, HealthNum: 2, UnHealthNum: 2 } as const;
  const fifty = Array.from({ length: 50 }, (_, index) =>
    createListener({ name: `t${index}`, protocol: 'TCP', port: 1000 + index }),
  );
  const checked = createListener({ name: 'u', protocol: 'UDP', port: 53, settings: { healthCheck } });
  await world.clb.createListeners('lb-1', [...fifty, checked], signal);
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

test('a listener is created with all of its settings', async () => {
  world.cloud.replies('CreateListener', { response: { ListenerIds: ['lbl-1'] } });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  const stream = {
    scheduler: 'LEAST_CONN',
    sessionExpireTime: 60,
    deregisterTargetRst: true,
    rescheduleTargetZeroWeight: true,
    rescheduleUnhealthy: false,
    rescheduleExpandTarget: true,
    rescheduleStartTime: 0,
    rescheduleInterval: 30,
  };
  const certificates = { mode: 'UNIDIRECTIONAL', ids: ['cert-ecc', 'cert-rsa'] } as const;
  const steps = [
    createListener({ name: 't', protocol: 'TCP', port: 80, settings: stream }),
    createListener({ name: 's', protocol: 'HTTPS', port: 443, settings: { sniSwitch: true } }),
    createListener({ name: 'c', protocol: 'HTTPS', port: 444, settings: { sniSwitch: false, certificates } }),
  ];
  expect(await world.clb.createListeners('lb-1', steps, signal)).toEqual([]);
  expect(world.cloud.bodiesOf('CreateListener')).toEqual([
    {
      LoadBalancerId: 'lb-1',
      Protocol: 'TCP',
      Ports: [80],
      ListenerNames: ['t'],
      Scheduler: 'LEAST_CONN',
      SessionExpireTime: 60,
      DeregisterTargetRst: true,
      RescheduleTargetZeroWeight: true,
      RescheduleUnhealthy: false,
      RescheduleExpandTarget: true,
      RescheduleStartTime: 0,
      RescheduleInterval: 30,
    },
    { LoadBalancerId: 'lb-1', Protocol: 'HTTPS', Ports: [443], ListenerNames: ['s'], SniSwitch: 1 },
    {
      LoadBalancerId: 'lb-1',
      Protocol: 'HTTPS',
      Ports: [444],
      ListenerNames: ['c'],
      SniSwitch: 0,
      MultiCertInfo: { SSLMode: 'UNIDIRECTIONAL', CertList: [{ CertId: 'cert-ecc' }, { CertId: 'cert-rsa' }] },
    },
  ]);
});

test.each([
  ['refused', { error: 'InvalidParameter.PortCheckFailed', message: 'taken' }, 'refused'],
  ['over the quota', { error: 'LimitExceeded', message: 'full' }, 'quota'],
  ['not to be done', { error: 'FailedOperation', message: 'odd' }, 'transient'],
])('listeners that are %s come back, and those of other calls are made', async (_, reply, kind) => {
  world.cloud.replies('CreateListener', reply, { response: { ListenerIds: [] } });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  const refusals = await world.clb.createListeners('lb-1', [udp, tcp], signal);
  expect(refusals).toMatchObject([{ steps: [udp], error: { kind, action: 'CreateListener' } }]);
  expect(refusals[0]?.error.message).toContain('create a listener for UDP 53 on lb-1');
  expect(world.cloud.bodiesOf('CreateListener').map(({ Ports }) => Ports)).toEqual([[53], [80]]);
});

test('listeners whose making failed half way come back too', async () => {
  world.cloud.replies('CreateListener', { response: { ListenerIds: ['lbl-1'] } });
  world.cloud.replies('DescribeTaskStatus', { response: { Status: 1, Message: 'odd' } }, taskDone);
  const refusals = await world.clb.createListeners('lb-1', [udp, tcp], signal);
  expect(refusals).toMatchObject([{ steps: [{ place: { port: 53 } }], error: { code: 'TaskFailed' } }]);
});

test.each([
  ['is gone', { error: 'InvalidParameter.LBIdNotFound', message: 'no' }],
  ['does not know us', { error: 'AuthFailure.SecretIdNotFound', message: 'who' }],
  ['did not answer', 'reset' as const],
])('a cloud or CLB that %s makes no listener at all, and nothing else is tried', async (_, reply) => {
  world.cloud.replies('CreateListener', reply);
  await expect(world.clb.createListeners('lb-1', [udp, tcp], signal)).rejects.toBeInstanceOf(CloudError);
  expect(world.cloud.bodiesOf('CreateListener')).toHaveLength(1);
});

test('a listener is changed in what the step names, and in nothing else', async () => {
  world.cloud.replies('ModifyListener', { response: {} });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  await world.clb.modifyListener('lb-1', modifyListener('lbl-1', { name: 'new' }), signal);
  const healthCheck = { HealthSwitch: 0 } as const;
  const settings = { healthCheck, scheduler: 'WRR', sessionExpireTime: 0, deregisterTargetRst: false, sniSwitch: true };
  await world.clb.modifyListener('lb-1', modifyListener('lbl-1', { settings }), signal);
  expect(world.cloud.bodiesOf('ModifyListener')).toEqual([
    { LoadBalancerId: 'lb-1', ListenerId: 'lbl-1', ListenerName: 'new' },
    {
      LoadBalancerId: 'lb-1',
      ListenerId: 'lbl-1',
      HealthCheck: { HealthSwitch: 0 },
      Scheduler: 'WRR',
      SessionExpireTime: 0,
      DeregisterTargetRst: false,
      SniSwitch: 1,
    },
  ]);
  expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(2);
});

test('a change that is refused says of which listener', async () => {
  world.cloud.replies('ModifyListener', { error: 'InvalidParameterValue', message: 'no' });
  const changed = world.clb.modifyListener('lb-1', modifyListener('lbl-1', { name: 'new' }), signal);
  await expect(changed).rejects.toThrow(
    'Could not change the listener for TCP 80 on lb-1: Tencent Cloud answered "no"',
  );
});
