import { expect, test } from '@jest/globals';
import { parseBody } from './parse-body.ts';

test('JSON is parsed, and a field called __proto__ is a field.', () => {
  const parsed = parseBody('{"__proto__":{"a":1}}');
  expect(Object.getOwnPropertyNames(parsed)).toEqual(['__proto__']);
});

test('What is no JSON is refused, and the message quotes none of it.', () => {
  expect(() => parseBody('{"password":secret}')).toThrow(/^The body is not JSON; send an AdmissionReview\.$/);
});

test('Brackets are counted before they cost memory, in lists and in objects.', () => {
  const many = (what: string) => `[${Array.from({ length: 100_000 }, () => what).join(',')}]`;
  expect(() => parseBody(many('[]'))).toThrow('more than 100000 brackets');
  expect(() => parseBody(many('{}'))).toThrow('more than 100000 brackets');
  expect(parseBody(many('10'))).toHaveLength(100_000);
});
