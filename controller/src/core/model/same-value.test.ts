import { expect, test } from '@jest/globals';
import { isSameValue } from './same-value.ts';

const nested = (end: unknown) => {
  let value = end;
  for (let level = 0; level < 100_000; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
};

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [1, '1', false],
  [NaN, NaN, true],
  [null, {}, false],
  [undefined, null, false],
  [[], {}, false],
  [[1, 2], [1, 2], true],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [{ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 }, true],
  [{ a: 1, b: [{ c: 2 }] }, { b: [{ c: 3 }], a: 1 }, false],
  [{ a: undefined }, {}, true],
  [{}, { a: undefined }, true],
  [{}, { a: 1 }, false],
])('%j and %j: %s.', (a, b, isSame) => {
  expect(isSameValue(a, b)).toBe(isSame);
  expect(isSameValue({ some: [a] }, { some: [b] })).toBe(isSame);
});

test('What is nested as deep as an object has room is compared to its end.', () => {
  expect(isSameValue(nested(1), nested(1))).toBe(true);
  expect(isSameValue(nested(1), nested(2))).toBe(false);
});

test('A table that hundreds of places share is compared once.', () => {
  let reads = 0;
  const table = () => Object.defineProperty({}, 'pod', { get: () => (reads += 1) * 0, enumerable: true });
  const places = () => [table()].flatMap((one) => Array.from({ length: 300 }, () => ({ one })));
  expect(isSameValue(places(), places())).toBe(true);
  expect(reads).toBe(2);
});
