import { setImmediate as nextIteration } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { ApiError } from '../errors/api-error.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createTasks } from './tasks.ts';

const second = { p50Ms: 1000, p99Ms: 1000 };
const work = { action: 'CreateListener', kind: 'task' as const, loadBalancerIds: ['lb-1'] };

function setUp(settled: () => Promise<void>) {
  const clock = createTestClock();
  const latencies = { task: second, batch: second, create: second };
  return {
    clock,
    tasks: createTasks({ clock, random: () => 0.5, latencies, tailMsPerTarget: 0, retentionMs: 60_000, settled }),
  };
}

test('a task has not ended before the data plane does what it changed', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { clock, tasks } = setUp(() => gate.promise.then(() => undefined));
  tasks.start({ ...work, requestId: 'one', apply: () => undefined });
  clock.advance(2000);
  await nextIteration();
  expect(tasks.find('one')?.status).toBe(2);
  gate.resolve(undefined);
  await nextIteration();
  expect(tasks.find('one')?.status).toBe(0);
});

test('a task that fails says why, and the next one may start', async () => {
  const { clock, tasks } = setUp(() => Promise.resolve());
  const apply = () => {
    throw new ApiError('FailedOperation', 'it did not work');
  };
  tasks.start({ ...work, requestId: 'one', apply });
  clock.advance(2000);
  await nextIteration();
  expect(tasks.find('one')).toMatchObject({ status: 1, message: 'it did not work' });
  expect(() => tasks.start({ ...work, requestId: 'two', apply: () => undefined })).not.toThrow();
});

test('a task is forgotten some time after its end', async () => {
  const { clock, tasks } = setUp(() => Promise.resolve());
  tasks.start({ ...work, requestId: 'one', apply: () => undefined });
  clock.advance(2000);
  await nextIteration();
  clock.advance(60_000);
  expect(tasks.find('one')?.status).toBe(0);
  clock.advance(1);
  expect(tasks.find('one')).toBeUndefined();
  expect(tasks.ids()).toEqual([]);
});
