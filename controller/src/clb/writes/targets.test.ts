import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isOnlyRefusal } from '../../core/model/cloud-trouble.ts';
import { deregister, register, setWeight } from '../../testing/steps.ts';
import { startClbWorld, taskDone, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const aTarget = (index: number, listenerId = 'lbl-1') => {
  return { listenerId, ip: `10.0.${Math.floor(index / 250)}.${index % 250}`, port: 80 };
};
const aRegister = (index: number, listenerId?: string) =>
  register({ ...aTarget(index, listenerId), weight: 10, tag: 'pod' });
const accepted = { response: { FailListenerIdSet: [], Message: '' } };

test('a batch holds 500 targets at most, and what the CLB refused comes back by listener', async () => {
  world.cloud.replies(
    'BatchRegisterTargets',
    { response: { FailListenerIdSet: ['lbl-9'], Message: 'IP 10.0.0.1 not found.' } },
    accepted,
  );
  const steps = [aRegister(1, 'lbl-9'), ...range(500).map((index) => aRegister(index))];
  const refusals = await world.clb.register('lb-1', steps, signal);
  const error = { kind: 'refused', code: 'TargetsRefused', action: 'BatchRegisterTargets', requestId: 'req-1' };
  expect(refusals).toMatchObject([{ steps: steps.slice(0, 1), error }]);
  expect(refusals[0]?.steps).toHaveLength(1);
  expect(isOnlyRefusal(refusals[0]?.error)).toBe(true);
  expect(refusals[0]?.error.message).toBe(
    'Listener lbl-9 did not take a change of its targets: IP 10.0.0.1 not found.',
  );
  const [first, second] = world.cloud.bodiesOf('BatchRegisterTargets');
  expect(first?.['Targets']).toHaveLength(500);
  expect(second?.['Targets']).toEqual([{ ListenerId: 'lbl-1', EniIp: '10.0.1.249', Port: 80, Weight: 10, Tag: 'pod' }]);
});

test('a refusal without a reason, or of a listener that was not asked for, is none the less a refusal', async () => {
  world.cloud.replies('BatchDeregisterTargets', { response: { FailListenerIdSet: ['lbl-7'], Message: null } });
  const steps = [deregister(aTarget(1)), deregister(aTarget(2))];
  const [refusal] = await world.clb.deregister('lb-1', steps, signal);
  expect(refusal?.steps).toEqual(steps);
  expect(isOnlyRefusal(refusal?.error)).toBe(true);
  expect(refusal?.error).toMatchObject({
    action: 'BatchDeregisterTargets',
    message: 'Listener lbl-7 did not take a change of its targets: The CLB gave no reason.',
  });
});

test('pods go by their IP and nodes by their instance, at a rule or at a listener', async () => {
  world.cloud.replies('BatchRegisterTargets', accepted);
  world.cloud.replies('BatchDeregisterTargets', accepted);
  world.cloud.replies('BatchModifyTargetWeight', { response: {} });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  const pod = { listenerId: 'lbl-1', locationId: 'loc-1', ip: '10.0.0.1', port: 80 };
  const node = { listenerId: 'lbl-2', ip: '10.0.0.2', port: 30080, instanceId: 'ins-1' };
  const steps = [pod, node].map((target) => register({ ...target, weight: 5, tag: 't' }));
  await world.clb.register('lb-1', steps, signal);
  await world.clb.deregister('lb-1', [deregister(pod), deregister(node)], signal);
  await world.clb.setWeight('lb-1', [setWeight(pod, 0), setWeight(node, 0)], signal);
  const atRule = { ListenerId: 'lbl-1', LocationId: 'loc-1' };
  const atListener = { ListenerId: 'lbl-2' };
  const podFields = { EniIp: '10.0.0.1', Port: 80 };
  const nodeFields = { InstanceId: 'ins-1', Port: 30080 };
  expect(world.cloud.bodiesOf('BatchRegisterTargets')[0]?.['Targets']).toEqual([
    { ...atRule, ...podFields, Weight: 5, Tag: 't' },
    { ...atListener, ...nodeFields, Weight: 5, Tag: 't' },
  ]);
  expect(world.cloud.bodiesOf('BatchDeregisterTargets')[0]?.['Targets']).toEqual([
    { ...atRule, ...podFields },
    { ...atListener, ...nodeFields },
  ]);
  expect(world.cloud.bodiesOf('BatchModifyTargetWeight')[0]?.['ModifyList']).toEqual([
    { ...atRule, Targets: [podFields], Weight: 0 },
    { ...atListener, Targets: [nodeFields], Weight: 0 },
  ]);
});

const entriesOf = () =>
  world.cloud
    .bodiesOf('BatchModifyTargetWeight')
    .map((body) => body['ModifyList'] as { ListenerId: string; Weight: number; Targets: unknown[] }[]);

test('weights go out in entries of 50 targets and calls of 500, and are waited for', async () => {
  world.cloud.replies('BatchModifyTargetWeight', { response: {} });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  const targets = [...range(130).map((i) => aTarget(i, 'lbl-1')), ...range(430).map((i) => aTarget(i, 'lbl-2'))];
  const steps = targets.map((target) => setWeight(target, 0));
  await world.clb.setWeight('lb-1', steps, signal);
  const entries = entriesOf();
  const sums = entries.map((list) => list.reduce((sum, { Targets }) => sum + Targets.length, 0));
  expect(sums.reduce((sum, one) => sum + one, 0)).toBe(560);
  expect(Math.max(...sums)).toBeLessThanOrEqual(500);
  expect(entries).toHaveLength(2);
  expect(entries.flat().every(({ Weight, Targets }) => Weight === 0 && Targets.length <= 50)).toBe(true);
  expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(2);
});

test('different weights share a call, each place and weight in an entry of its own', async () => {
  world.cloud.replies('BatchModifyTargetWeight', { response: {} }, { error: 'InvalidParameterValue', message: 'no' });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  const steps = [
    setWeight(aTarget(1), 0),
    setWeight(aTarget(2), 10),
    setWeight(aTarget(3), 0),
    setWeight(aTarget(1, 'lbl-2'), 0),
  ];
  await world.clb.setWeight('lb-1', steps, signal);
  const [entries] = entriesOf();
  expect(entries?.map(({ ListenerId, Weight, Targets }) => [ListenerId, Weight, Targets.length])).toEqual([
    ['lbl-1', 0, 2],
    ['lbl-1', 10, 1],
    ['lbl-2', 0, 1],
  ]);
  await expect(world.clb.setWeight('lb-1', steps, signal)).rejects.toThrow(
    'Could not set the weight of targets on lb-1 to 0 and 10: Tencent Cloud answered "no"',
  );
});

test('more than 100 places and weights go out in several calls', async () => {
  world.cloud.replies('BatchModifyTargetWeight', { response: {} });
  world.cloud.replies('DescribeTaskStatus', taskDone);
  const steps = range(101).map((index) => setWeight(aTarget(1, `lbl-${index}`), index % 2));
  await world.clb.setWeight('lb-1', steps, signal);
  expect(entriesOf().map(({ length }) => length)).toEqual([100, 1]);
});

test('at a listener that somebody else made the tag names the cluster too', async () => {
  world.cloud.replies('BatchRegisterTargets', accepted);
  await world.clb.register('lb-1', [{ ...aRegister(1), clusterId: 'cls-a' }], signal);
  const [request] = world.cloud.bodiesOf('BatchRegisterTargets');
  expect(request?.['Targets']).toMatchObject([{ Tag: 'clb-direct_cls-a_pod' }]);
});
