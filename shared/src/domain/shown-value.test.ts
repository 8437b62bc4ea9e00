import { describe, expect, test } from '@jest/globals';
import { shownValue } from './shown-value.ts';

/** As an annotation of 256 KiB can have it. */
const nested = (open: string, close: string): unknown => JSON.parse(`${open.repeat(40_000)}1${close.repeat(40_000)}`);

describe('A value of others is shown', () => {
  test.each([
    ['as JSON', { a: [1, 'b', null, true] }, '{"a":[1,"b",null,true]}'],
    ['with nothing in it that acts on a terminal', '\u202e', String.raw`"\u202e"`],
    ['under the names that it has itself', JSON.parse('{"__proto__":{"a":1}}') as unknown, '{"__proto__":{"a":1}}'],
    ['as missing when there is none', undefined, 'missing'],
    ['within a bound', 'a'.repeat(100), `"${'a'.repeat(58)}…`],
    ['however deep lists are', nested('[', ']'), `${'['.repeat(20)}"…"${']'.repeat(20)}`],
    ['however deep objects are', nested('{"a":', '}'), `${'{"a":'.repeat(12).slice(0, 59)}…`],
  ])('%s', (_, value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});
