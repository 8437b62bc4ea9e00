import { expect, test } from '@jest/globals';
import { createOneByOne } from './one-by-one.ts';

test('Tasks of one key run one after the other, also after one that fails; those of another do not wait.', async () => {
  const oneByOne = createOneByOne();
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
