import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { hasTest, readClaims, type NamedTest } from './claims.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const claims = readClaims(read('docs/security.md'));

function isThere({ file, title }: NamedTest): boolean {
  return file.endsWith('.test.ts') && existsSync(resolve(root, file)) && hasTest(read(file), title);
}

test('Every claim of docs/security.md names at least one test.', () => {
  expect([...claims].filter(([, tests]) => tests.length === 0).map(([claim]) => claim)).toEqual([]);
  expect(claims.size).toBeGreaterThan(30);
});

test('Every test that docs/security.md names exists.', () => {
  expect([...claims.values()].flat().filter((named) => !isThere(named))).toEqual([]);
});

test('A test that was renamed is missed, and so is a file.', () => {
  const file = 'scripts/src/docs/security.test.ts';
  expect(isThere({ file, title: 'Every test that docs/security.md names exists.' })).toBe(true);
  expect(isThere({ file, title: 'Every test that docs/security.md names' })).toBe(false);
  expect(
    isThere({ file: 'scripts/src/docs/nothing.test.ts', title: 'Every test that docs/security.md names exists.' }),
  ).toBe(false);
});

test('Claims are read from every table of claims, and from no other.', () => {
  const text = [
    '| who | what |\n| --- | --- |\n| a | `b` |',
    '| claim | test |\n| --- | --- |\n| One. | `a.test.ts`: `x`, `y; y`; `b.test.ts`: `z` |\n| Two. | none |\n',
  ].join('\n\n');
  const tests = [
    { file: 'a.test.ts', title: 'x' },
    { file: 'a.test.ts', title: 'y; y' },
    { file: 'b.test.ts', title: 'z' },
  ];
  expect([...readClaims(text)]).toEqual([
    ['One.', tests],
    ['Two.', []],
  ]);
});
