import { expect, test } from '@jest/globals';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { createOneByOne } from './one-by-one.ts';

test('Tasks of one key run one after the other, also after one that fails; those of another do not wait.', async () => {
  const oneByOne = createOneByOne(new AbortController().signal);
  const first = Promise.withResolvers<undefined>();
  const seen: string[] = [];
  const failing = oneByOne('a', async () => first.promise);
  const second = oneByOne('a', async () => Promise.resolve(seen.push('second')));
  await oneByOne('b', async () => Promise.resolve(seen.push('other')));
  first.reject(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  await second;
  expect(seen).toEqual(['other', 'second']);
});

test('A key rests after a task for as long as that took, and until the program ends; others do not wait.', async () => {
  const stop = new AbortController();
  const oneByOne = createOneByOne(stop.signal);
  const [beganMs] = [performance.now()];
  const endedMs = await oneByOne('a', async () => sleep(300, stop.signal).then(() => performance.now()));
  await oneByOne('b', async () => Promise.resolve());
  const nextMs = await oneByOne('a', async () => Promise.resolve(performance.now()));
  expect(nextMs - endedMs).toBeGreaterThanOrEqual((endedMs - beganMs) * 0.9);
  const long = oneByOne('c', async () => sleep(2_000, stop.signal));
  await long;
  const after = oneByOne('c', async () => Promise.resolve('at once'));
  stop.abort();
  expect(await after).toBe('at once');
});
