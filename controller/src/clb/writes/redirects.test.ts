import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StepOf } from '../../core/model/step.ts';
import { aRulePlace } from '../../testing/steps.ts';
import { startClbWorld, taskDone, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
  for (const action of ['ManualRewrite', 'DeleteRewrite']) world.cloud.replies(action, { response: {} });
  world.cloud.replies('DescribeTaskStatus', taskDone);
});
afterEach(() => world.cloud.close());

const to = { listenerId: 'lbl-443', locationId: 'loc-secure' };
const from = (locationId: string, listenerId = 'lbl-80') => ({
  place: aRulePlace('example.com', `/${locationId}`),
  listenerId,
  locationId,
  to,
  owners: [],
  reason: 'wanted' as const,
});
const create = (locationId: string, more: Partial<StepOf<'create-redirect'>> = {}): StepOf<'create-redirect'> => ({
  ...from(locationId),
  kind: 'create-redirect',
  code: 301,
  takesUrl: true,
  ...more,
});
const ends = { LoadBalancerId: 'lb-1', SourceListenerId: 'lbl-80', TargetListenerId: 'lbl-443' };

test('Redirects are made in one call for each pair of listeners, and their tasks are waited for.', async () => {
  const byAddress = { place: aRulePlace('', '/'), address: '192.0.2.1', code: 302, takesUrl: false } as const;
  const steps = [create('a'), create('c', { listenerId: 'lbl-81' }), create('b', byAddress)];
  await world.clb.createRedirects('lb-1', steps, signal);
  const info = { SourceLocationId: 'a', TargetLocationId: 'loc-secure', RewriteCode: 301, TakeUrl: true };
  const infoOfA = { ...info, SourceDomain: 'example.com' };
  const infoOfB = { ...info, SourceLocationId: 'b', RewriteCode: 302, TakeUrl: false, SourceDomain: '192.0.2.1' };
  expect(world.cloud.bodiesOf('ManualRewrite')).toEqual([
    { ...ends, RewriteInfos: [infoOfA, infoOfB] },
    { ...ends, SourceListenerId: 'lbl-81', RewriteInfos: [{ ...infoOfA, SourceLocationId: 'c' }] },
  ]);
  expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(2);
});

test('Redirects are deleted by both of their rules, 50 at a time.', async () => {
  const steps = Array.from({ length: 51 }, (_, index): StepOf<'delete-redirect'> => {
    return { ...from(`loc-${index}`), kind: 'delete-redirect' };
  });
  await world.clb.deleteRedirects('lb-1', steps, signal);
  const [first, second] = world.cloud.bodiesOf('DeleteRewrite');
  expect([first?.['RewriteInfos'], second?.['RewriteInfos']]).toMatchObject([{ length: 50 }, { length: 1 }]);
  const last = [{ SourceLocationId: 'loc-50', TargetLocationId: 'loc-secure' }];
  expect(second).toEqual({ ...ends, RewriteInfos: last });
});

test('An empty id is not sent, and for nothing nothing is.', async () => {
  await expect(world.clb.createRedirects('lb-1', [create('')], signal)).rejects.toThrow('an id in it is empty');
  await world.clb.createRedirects('lb-1', [], signal);
  await world.clb.deleteRedirects('lb-1', [], signal);
  expect(world.cloud.bodiesOf('ManualRewrite')).toEqual([]);
});
