import { expect, test } from '@jest/globals';
import { isSameWish, kindOfId, makeRequestId } from './request-id.ts';

test('An id shows the kind and whether the reason is the same, and no two are equal.', () => {
  const id = makeRequestId('ca', 'TICKET-1');

  expect(kindOfId(id)).toBe('ca');
  expect(isSameWish(id, 'ca', 'TICKET-1')).toBe(true);
  expect(isSameWish(id, 'leaf', 'TICKET-1')).toBe(false);
  expect(isSameWish(id, 'ca', 'TICKET-2')).toBe(false);
  expect(makeRequestId('ca', 'TICKET-1')).not.toBe(id);
});

test('Without a reason no request is the same as another.', () => {
  expect(isSameWish(makeRequestId('ca', undefined), 'ca', undefined)).toBe(false);
});

test.each(['', 'by-hand', '5'])('The id "%s" of another writer says nothing.', (id) => {
  expect(kindOfId(id)).toBeUndefined();
});
