import { expect, test } from '@jest/globals';
import { parseBody, Unparsed } from './parse-body.ts';

const many = (what: string, count = 100_000) => Array.from({ length: count }, () => what).join(',');

test('JSON is parsed, and a field called __proto__ is a field.', () => {
  const parsed = parseBody('{"__proto__":{"a":1}}');
  expect(Object.getOwnPropertyNames(parsed)).toEqual(['__proto__']);
});

test('What is no JSON is refused, and the message quotes none of it.', () => {
  expect(() => parseBody('{"password":secret}')).toThrow(/^The body is not JSON; send an AdmissionReview\.$/);
});

test('Brackets are counted before they cost memory, in lists and in objects.', () => {
  expect(() => parseBody(`[${many('[]')}]`)).toThrow('more than 100000 brackets');
  expect(() => parseBody(`[${many('{}')}]`)).toThrow('more than 100000 brackets');
  expect(parseBody(`[${many('10')}]`)).toHaveLength(100_000);
});

test.each(['[', '{', '"[', '\\[', '\\"{', '\\\\"['])('Those in texts are not counted: of %j any number.', (text) => {
  const body = JSON.stringify({ texts: [text.repeat(100_001), text], more: 1 });
  expect(parseBody(body)).toEqual(JSON.parse(body));
  expect(() => parseBody(body.replace('"more":1', `"more":[${many('[]')}]`))).toThrow('more than 100000 brackets');
});

test.each<[string, string]>([
  ['a text that ends in a backslash', '"\\\\"'],
  ['an escaped quote', '"\\""'],
])('After %s brackets count again.', (_, text) => {
  expect(() => parseBody(`[${text},${many('[]')}]`)).toThrow('more than 100000 brackets');
});

test('Of a review with more its uid is known, as an API server writes it, and nothing that a user wrote.', () => {
  const start = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":';
  const object = `{"a":[${many('{}')}]}`;
  expect(parseBody(`${start}{"uid":"0-a-1","oldObject":${object}}}`)).toEqual(new Unparsed('0-a-1'));
  const late = `${start}{"oldObject":{"b":"${'x'.repeat(300)}","request":{"uid":"mine"},"a":${object}}}}`;
  expect(() => parseBody(late)).toThrow('more than 100000 brackets');
});
