import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { startClbWorld, type ClbWorld } from './testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

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

test('a task is polled seldom and given up after a minute', async () => {
  world.cloud.replies('DeleteListener', { response: {} });
  world.cloud.replies('DescribeTaskStatus', { response: { Status: 2 } });
  const asked = world.clb.deleteListener('lb-1', 'lbl-1', signal);
  await expect(asked).rejects.toMatchObject({ kind: 'busy', code: 'TaskTimeout' });
  expect(world.clock.pauses.slice(0, 5)).toEqual([600, 400, 600, 900, 1000]);
  expect(world.clock.now()).toBeGreaterThanOrEqual(60_000);
  expect(world.cloud.requests.length).toBeLessThan(80);
});
