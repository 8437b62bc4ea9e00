import { expect, test } from '@jest/globals';
import { createRing } from './ring.ts';

test('a ring numbers its entries, answers what came after a number, and forgets the oldest', () => {
  const ring = createRing<{ name: string }>(3);
  expect(ring.since(0)).toEqual([]);
  for (const name of ['a', 'b', 'c', 'd', 'e']) ring.add({ name });
  expect(ring.since(0).map(({ seq, name }) => `${seq}${name}`)).toEqual(['3c', '4d', '5e']);
  expect(ring.since(4).map(({ name }) => name)).toEqual(['e']);
  expect(ring.since(5)).toEqual([]);
});
